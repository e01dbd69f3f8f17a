// IPv4 addresses and blocks of them, as numbers where they are compared.

/** Whether the text is an IPv4 address in dotted form. */
export function isAddress(text: string): boolean {
  return toNumber(text) !== undefined;
}

/** The address as a number, or undefined if the text is none. */
function toNumber(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let number = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part)) return undefined;
    const byte = Number(part);
    if (byte > 255) return undefined;
    number = number * 256 + byte;
  }
  return number;
}

/** Whether the block (10.244.0.0/16) holds the address. Blocks and addresses of IPv6 hold nothing here: the cluster has one family. */
export function blockHolds(block: string, address: string): boolean {
  const [base = '', bits = '32'] = block.split('/');
  const baseNumber = toNumber(base);
  const number = toNumber(address);
  if (baseNumber === undefined || number === undefined) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number / size) === Math.floor(baseNumber / size);
}

/** 10.244.1.7 → 7.1.244.10.in-addr.arpa */
export function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}

/** 7.1.244.10.in-addr.arpa → 10.244.1.7; undefined for any other name. */
export function addressOfReverseName(name: string): string | undefined {
  const match = /^([\d.]+)\.in-addr\.arpa\.?$/.exec(name);
  const address = match?.[1]?.split('.').reverse().join('.');
  return address !== undefined && isAddress(address) ? address : undefined;
}
