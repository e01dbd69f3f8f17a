// ComponentStatuses: what the control plane's parts say of themselves, made up when somebody asks.
// kubernetes: pkg/registry/core/componentstatus/rest.go
import { notFound } from '../../apimachinery/status-error.ts';
import { json } from './answers.ts';
import type { Call } from './handlers/call.ts';
import { answerObject, representation } from './handlers/get.ts';
import { isSelected, listOptions } from './handlers/list-options.ts';
import type { ApiAnswer } from './request.ts';
import type { StoredObject } from './stored-object.ts';

const components: readonly StoredObject[] = ['scheduler', 'controller-manager', 'etcd-0'].map((name) => {
  const conditions = [{ type: 'Healthy', status: 'True', message: 'ok' }];
  return { apiVersion: 'v1', kind: 'ComponentStatus', metadata: { name }, conditions };
});

export function getComponentStatus(call: Call): ApiAnswer {
  const found = components.find(({ metadata }) => metadata.name === call.info.name);
  if (!found) throw notFound(call.definition, call.info.name);
  return answerObject(call, 200, found);
}

export function listComponentStatuses(call: Call): ApiAnswer {
  const options = listOptions(call);
  const strategy = call.store.strategy(call.definition);
  const selected = components.filter((component) => isSelected(options, component, strategy));
  return json(200, representation(call).list(selected, {}, call.shape, call.clock.now), call.warnings);
}
