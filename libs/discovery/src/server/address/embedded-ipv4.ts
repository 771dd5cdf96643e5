import { isIP } from 'node:net';

/** What ends up at an IPv4 address: mapped, compatible, 6to4 and NAT64 forms of it. */
const FORMS: readonly { readonly groups: readonly number[]; readonly at: number }[] = [
  { groups: [0, 0, 0, 0, 0, 0xffff], at: 6 },
  { groups: [0, 0, 0, 0, 0, 0], at: 6 },
  { groups: [0x64, 0xff9b, 0, 0, 0, 0], at: 6 },
  { groups: [0x2002], at: 1 },
];

/** The IPv4 address that an IPv6 address stands for; `undefined` where it is another, or is `::` or `::1`. */
export function embeddedIpv4(ip: string): string | undefined {
  if (isIP(ip) !== 6) return undefined;
  const groups = groupsOf(ip);
  if (groups.slice(0, 7).every((group) => group === 0) && (groups[7] ?? 0) <= 1) return undefined;
  const form = FORMS.find((one) => one.groups.every((group, index) => groups[index] === group));
  if (form === undefined) return undefined;
  const [high = 0, low = 0] = groups.slice(form.at);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Its eight groups; the URL parser writes every spelling in one way. */
function groupsOf(ip: string): number[] {
  const plain = new URL(`http://[${ip.split('%')[0] ?? ''}]`).hostname.slice(1, -1);
  const [head = '', tail] = plain.split('::');
  const left = parts(head);
  const right = tail === undefined ? [] : parts(tail);
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

function parts(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
