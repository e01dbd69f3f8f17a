// The variables by which containers find services, as Docker links once did. kubernetes: pkg/kubelet/envvars/envvars.go
import type { Service } from '../../apimachinery/objects.ts';

/** By service: stored ones never change, and each container of their namespace asks. */
const known = new WeakMap<Service, readonly [string, string][]>();

/** DB_SERVICE_HOST, DB_SERVICE_PORT, DB_PORT_5432_TCP_ADDR …: in the order of the services. Headless ones have none. */
export function serviceEnvironment(services: readonly Service[]): [string, string][] {
  return services.flatMap((service) => {
    let variables = known.get(service);
    if (!variables) {
      variables = variablesOf(service);
      known.set(service, variables);
    }
    return variables;
  });
}

function variablesOf(service: Service): [string, string][] {
  const { clusterIP, ports = [] } = service.spec ?? {};
  if (!clusterIP || clusterIP === 'None' || ports.length === 0) return [];
  const prefix = variableName(service.metadata.name);
  const variables: [string, string][] = [
    [`${prefix}_SERVICE_HOST`, clusterIP],
    [`${prefix}_SERVICE_PORT`, String(ports[0]!.port)],
  ];
  for (const { name, port } of ports) if (name) variables.push([`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port)]);
  ports.forEach(({ port, protocol = 'TCP' }, index) => {
    const lower = protocol.toLowerCase();
    const url = `${lower}://${clusterIP}:${port}`;
    const link = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    if (index === 0) variables.push([`${prefix}_PORT`, url]);
    variables.push([link, url], [`${link}_PROTO`, lower], [`${link}_PORT`, String(port)], [`${link}_ADDR`, clusterIP]);
  });
  return variables;
}

function variableName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
