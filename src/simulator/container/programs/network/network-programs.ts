// Programs that use the network: the names that images' files run them by.
import type { ProgramTable } from '../../process.ts';
import { bindNslookup, host } from './bind-nslookup.ts';
import { curl } from './curl.ts';
import { dig } from './dig.ts';
import { getent } from './getent.ts';
import { arp, ifconfig, ip, iproute2, netstat, route, ss } from './interfaces.ts';
import { kubectl } from './kubectl.ts';
import { nc, ncOpenBsd } from './nc.ts';
import { nslookup, nslookup128 } from './nslookup.ts';
import { iputilsPing, ping } from './ping.ts';
import { telnet, traceroute } from './telnet.ts';
import { wget } from './wget.ts';

export const networkPrograms: ProgramTable = {
  arp,
  'bind-nslookup': bindNslookup,
  curl,
  dig,
  getent,
  host,
  ifconfig,
  ip,
  iproute2,
  'iputils-ping': iputilsPing,
  kubectl,
  nc,
  'nc.openbsd': ncOpenBsd,
  netstat,
  nslookup,
  'nslookup-1.28': nslookup128,
  ping,
  route,
  ss,
  telnet,
  traceroute,
  wget,
};
