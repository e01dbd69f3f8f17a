// Security contexts of pods and containers.
// kubernetes: pkg/apis/core/validation/validation.go ValidateSecurityContext, validatePodSpecSecurityContext
import type { AppArmorProfile, PodSpec, SeccompProfile, SecurityContext, Sysctl } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { duplicate, eachInvalid, forbidden, invalid, notSupported, required } from './field-error.ts';
import { goSecurityContext } from './go-pod.ts';
import { isValidUserId } from './name-validation.ts';
import { validateDescendingPath } from './path-validation.ts';

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

export function validateSecurityContext(context: SecurityContext | undefined, hostUsers: boolean, field: string): FieldError[] {
  if (!context) return [];
  const errors = validateIds(context, field);
  if (context.procMount !== undefined) {
    const supported = ['Default', 'Unmasked'];
    if (!supported.includes(context.procMount)) errors.push(notSupported(`${field}.procMount`, context.procMount, supported));
    if (hostUsers && context.procMount === 'Unmasked') {
      errors.push(invalid(`${field}.procMount`, context.procMount, '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  errors.push(...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`));
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged) {
      errors.push(invalid(field, goSecurityContext(context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
    }
    for (const capability of context.capabilities?.add ?? []) {
      if (capability !== 'CAP_SYS_ADMIN') continue;
      const text = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN';
      errors.push(invalid(field, goSecurityContext(context), text));
    }
  }
  return [...errors, ...validateAppArmor(context.appArmorProfile, `${field}.appArmorProfile`)];
}

export function validatePodSecurityContext(spec: PodSpec, field: string): FieldError[] {
  const context = spec.securityContext;
  if (!context) return [];
  const errors = context.fsGroup === undefined ? [] : eachInvalid(`${field}.fsGroup`, context.fsGroup, isValidUserId(context.fsGroup));
  errors.push(...validateIds(context, field));
  (context.supplementalGroups ?? []).forEach((group, index) => {
    errors.push(...eachInvalid(`${field}.supplementalGroups[${index}]`, group, isValidUserId(group)));
  });
  if (spec.shareProcessNamespace && spec.hostPID) {
    errors.push(invalid(`${field}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'));
  }
  errors.push(...validateSysctls(context.sysctls ?? [], spec, `${field}.sysctls`));
  const choices = [
    ['fsGroupChangePolicy', ['Always', 'OnRootMismatch']],
    ['supplementalGroupsPolicy', ['Merge', 'Strict']],
    ['seLinuxChangePolicy', ['MountOption', 'Recursive']],
  ] as const;
  const check = ([name, supported]: (typeof choices)[number]) => {
    const value = context[name];
    if (value !== undefined && !(supported as readonly string[]).includes(value))
      errors.push(notSupported(`${field}.${name}`, value, supported));
  };
  check(choices[0]);
  errors.push(...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`));
  errors.push(...validateAppArmor(context.appArmorProfile, `${field}.appArmorProfile`));
  check(choices[1]);
  check(choices[2]);
  return errors;
}

function validateIds(context: { runAsUser?: number | undefined; runAsGroup?: number | undefined }, field: string): FieldError[] {
  return (['runAsUser', 'runAsGroup'] as const).flatMap((name) => {
    const id = context[name];
    return id === undefined ? [] : eachInvalid(`${field}.${name}`, id, isValidUserId(id));
  });
}

function validateSysctls(sysctls: readonly Sysctl[], spec: PodSpec, field: string): FieldError[] {
  const pattern = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
  const seen = new Set<string>();
  return sysctls.flatMap(({ name }, index) => {
    const path = `${field}[${index}].name`;
    const errors: FieldError[] = [];
    if (!name) errors.push(required(path));
    else if (name.length > 253 || !new RegExp(pattern).test(name)) {
      errors.push(invalid(path, name, `must have at most 253 characters and match regex ${pattern}`));
    } else if (seen.has(name)) errors.push(duplicate(path, name));
    seen.add(name);
    if (spec.hostNetwork && /^net[./]/.test(name)) errors.push(invalid(path, name, "may not be specified when 'hostNetwork' is true"));
    return errors;
  });
}

function validateSeccomp(profile: SeccompProfile | undefined, field: string): FieldError[] {
  if (!profile) return [];
  const errors: FieldError[] = [];
  if (!profile.type) errors.push(required(`${field}.type`, 'type is required when seccompProfile is set'));
  else if (!profileTypes.includes(profile.type)) errors.push(notSupported(`${field}.type`, profile.type, profileTypes));
  if (profile.type === 'Localhost') {
    if (profile.localhostProfile === undefined) {
      errors.push(required(`${field}.localhostProfile`, 'must be set when seccomp type is Localhost'));
    } else errors.push(...validateDescendingPath(profile.localhostProfile, `${field}.localhostProfile`));
  } else if (profile.localhostProfile !== undefined) {
    const shown = { Type: profile.type, LocalhostProfile: profile.localhostProfile };
    errors.push(invalid(`${field}.localhostProfile`, shown, 'can only be set when seccomp type is Localhost'));
  }
  return errors;
}

function validateAppArmor(profile: AppArmorProfile | undefined, field: string): FieldError[] {
  if (!profile) return [];
  const path = `${field}.localhostProfile`;
  switch (profile.type) {
    case 'Localhost':
      return profile.localhostProfile ? [] : [required(path, 'must be set when AppArmor type is Localhost')];
    case 'RuntimeDefault':
    case 'Unconfined':
      if (profile.localhostProfile === undefined) return [];
      return [invalid(path, profile.localhostProfile, 'can only be set when AppArmor type is Localhost')];
    default:
      if (!profile.type) return [required(`${field}.type`, 'type is required when appArmorProfile is set')];
      return [notSupported(`${field}.type`, profile.type, profileTypes)];
  }
}

/** What can't be together with a pod's own user namespace. */
export function validateHostUsers(spec: PodSpec, field: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const text = 'when `pod.Spec.HostUsers` is false';
  const errors: FieldError[] = [];
  if (spec.hostNetwork) errors.push(forbidden(`${field}.hostNetwork`, text));
  if (spec.hostPID) errors.push(forbidden(`${field}.HostPID`, text));
  if (spec.hostIPC) errors.push(forbidden(`${field}.HostIPC`, text));
  return errors;
}
