// What images are built upon: the files of busybox, Alpine and Debian.
import { type FileSpec, type FileSpecs, programFiles } from './image.ts';

/** Applets of busybox 1.36 (defconfig) in /bin of the official image. Those that our containers don't simulate say so when they are run. */
const applets = (
  '[ [[ acpid add-shell addgroup adduser adjtimex ar arch arp arping ascii ash awk base32 base64 basename bc beep blkdiscard blkid blockdev ' +
  'bootchartd brctl bunzip2 bzcat bzip2 cal cat chat chattr chgrp chmod chown chpasswd chpst chroot chrt chvt cksum clear cmp comm conspy cp cpio ' +
  'crc32 crond crontab cryptpw cttyhack cut date dc dd deallocvt delgroup deluser depmod devmem df dhcprelay diff dirname dmesg dnsd dnsdomainname ' +
  'dos2unix dpkg dpkg-deb du dumpkmap dumpleases echo ed egrep eject env envdir envuidgid ether-wake expand expr factor fakeidentd fallocate false ' +
  'fatattr fbset fbsplash fdflush fdformat fdisk fgconsole fgrep find findfs flock fold free freeramdisk fsck fsfreeze fstrim fsync ftpd ftpget ' +
  'ftpput fuser getopt getty grep groups gunzip gzip halt hd hdparm head hexdump hexedit hostid hostname httpd hush hwclock id ifconfig ifdown ' +
  'ifenslave ifplugd ifup inetd init insmod install ionice iostat ip ipaddr ipcalc ipcrm ipcs iplink ipneigh iproute iprule iptunnel kill killall ' +
  'killall5 klogd last less link linux32 linux64 ln loadfont loadkmap logger login logname logread losetup lpd lpq lpr ls lsattr lsmod lsof lspci ' +
  'lsscsi lsusb lzcat lzma lzop makedevs makemime man md5sum mdev mesg microcom mkdir mkdosfs mke2fs mkfifo mknod mkpasswd mkswap mktemp modinfo ' +
  'modprobe more mount mountpoint mpstat mt mv nameif nanddump nandwrite nbd-client nc netstat nice nl nmeter nohup nologin nproc nsenter nslookup ' +
  'ntpd od openvt partprobe passwd paste patch pgrep pidof ping ping6 pivot_root pkill pmap poweroff printenv printf ps pscan pstree pwd pwdx ' +
  'raidautorun rdate rdev readahead readlink readprofile realpath reboot remove-shell renice reset resize resume rev rm rmdir rmmod route rpm ' +
  'rpm2cpio rtcwake run-init run-parts runlevel runsv runsvdir rx script scriptreplay sed seedrng seq setarch setconsole setfattr setfont ' +
  'setkeycodes setlogcons setpriv setserial setsid setuidgid sh sha1sum sha256sum sha3sum sha512sum showkey shred shuf slattach sleep smemcap ' +
  'softlimit sort split ssl_client start-stop-daemon stat strings stty su sulogin sum sv svc svlogd swapoff swapon switch_root sync sysctl syslogd ' +
  'tac tail tar taskset tc tcpsvd tee telnet telnetd test tftp tftpd time timeout top touch tr traceroute traceroute6 tree true truncate ts tsort ' +
  'tty ttysize tunctl ubiattach ubidetach ubimkvol ubirename ubirmvol ubirsvol ubiupdatevol udhcpc udhcpc6 udhcpd udpsvd uevent umount uname ' +
  'unexpand uniq unix2dos unlink unlzma unshare unxz unzip uptime users usleep uudecode uuencode vconfig vi vlock volname w wall watch watchdog wc ' +
  'wget which who whoami whois xargs xxd xz xzcat yes zcat zcip'
).split(' ');

/** Applets that are younger than 1.28. */
const newSince128 = new Set(['ascii', 'bc', 'dc', 'crc32', 'hexedit', 'mim', 'nologin', 'seedrng', 'sha3sum', 'ts', 'tree', 'lsscsi']);

/** Names that run another applet's program. */
const aliases: Readonly<Record<string, string>> = { ash: 'sh', '[[': '[' };

const passwd = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
sync:x:4:100:sync:/bin:/bin/sync
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:Operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;

const group = `root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
mail:x:8:
kmem:x:9:
wheel:x:10:root
www-data:x:33:
users:x:100:
nobody:x:65534:
`;

const commonDirectories: FileSpecs = {
  '/tmp': { directory: true, mode: 0o1777 },
  '/root': { directory: true, mode: 0o700 },
  '/home': { directory: true },
  '/var': { directory: true },
  '/usr': { directory: true },
  '/dev': { directory: true },
  '/proc': { directory: true },
  '/sys': { directory: true },
};

/** The banner that a busybox of this version carries in its binary; its applets print it above their usage. */
function busyboxBinary(version: string, built: string): string {
  return `\x7fELF\x02\x01\x01\0BusyBox v${version} (${built}) multi-call binary.\0`;
}

function appletFiles(folder: string, version: string, built: string, except: ReadonlySet<string> = new Set()): Record<string, FileSpec> {
  const isOld = version.startsWith('1.28.');
  const renamed: Record<string, string> = { ...aliases, ...(isOld && { nslookup: 'nslookup-1.28' }) };
  const names = applets.filter((name) => !except.has(name) && !(isOld && newSince128.has(name)));
  const content = busyboxBinary(version, built);
  const files = names.map((name): [string, FileSpec] => [`${folder}/${name}`, { content, mode: 0o755, program: renamed[name] ?? name }]);
  return { ...Object.fromEntries(files), [`${folder}/busybox`]: { content, mode: 0o755, program: 'busybox' } };
}

/** The official busybox image's files. */
export function busyboxLayer(version: string, built: string): FileSpecs {
  return {
    ...commonDirectories,
    '/etc/passwd': passwd,
    '/etc/group': group,
    '/etc/shadow': { content: 'root:*:::::::\n', mode: 0o640 },
    '/usr/bin/env': { link: '../../bin/env' },
    '/usr/sbin': { directory: true },
    '/var/spool/mail': { directory: true },
    '/var/www': { directory: true },
    ...appletFiles('/bin', version, built),
  };
}

/** Alpine's applets live in four folders; a script finds them by PATH. */
const alpineUserBin = new Set(
  (
    '[ [[ awk basename bc bunzip2 bzcat bzip2 cal cksum clear cmp comm cpio crontab cryptpw cut dc diff dirname dos2unix du env expand expr factor find ' +
    'flock fold free fuser groups hd head hexdump hostid id install ipcrm ipcs killall last less logger lsof lsusb lzma lzcat lzop md5sum mesg microcom ' +
    'mkfifo mkpasswd nc nl nmeter nohup nproc nsenter nslookup od openvt passwd paste pgrep pkill pmap printf pscan pstree pwdx readlink realpath renice ' +
    'reset resize seq setkeycodes setsid sha1sum sha256sum sha3sum sha512sum showkey shred shuf sort split strings sum tac tail tee test time timeout top ' +
    'tr traceroute traceroute6 tree truncate tty ttysize udhcpc6 unexpand uniq unix2dos unlink unlzma unshare unxz unzip uptime uudecode uuencode vi vlock ' +
    'volname wc wget which who whoami whois xargs xxd xz xzcat yes'
  ).split(' '),
);

/** Applets that Alpine builds without. */
const notInAlpine = new Set(
  (
    'acpid ar ascii ash base32 bootchartd chat chpst conspy crc32 cttyhack dhcprelay dpkg dpkg-deb devmem envdir envuidgid fakeidentd fatattr fdflush ftpd ' +
    'ftpget ftpput getopt hexedit hush httpd inetd lpd lpq lpr makedevs makemime man mt patch readprofile rpm rpm2cpio run-init runlevel runsv runsvdir ' +
    'rx script scriptreplay seedrng setfattr setuidgid smemcap softlimit start-stop-daemon sv svc svlogd sulogin taskset tcpsvd telnet telnetd tftp tftpd ' +
    'tsort udpsvd ts uevent users w wall'
  ).split(' '),
);

/** Alpine's files: busybox, musl, apk. */
export function alpineLayer(release: string): FileSpecs {
  const binary = appletFiles('', alpineBusybox, alpineBusyboxBuilt, notInAlpine);
  const files = Object.entries(binary).map(([path, spec]): [string, FileSpec] => {
    const name = path.slice(1);
    return [alpineUserBin.has(name) ? `/usr/bin/${name}` : `/bin/${name}`, spec];
  });
  return {
    ...commonDirectories,
    ...Object.fromEntries(files),
    '/bin/ash': { content: busyboxBinary(alpineBusybox, alpineBusyboxBuilt), mode: 0o755, program: 'sh' },
    '/usr/bin/getent': { program: 'getent' },
    '/sbin/apk': { program: 'apk' },
    '/lib/ld-musl-x86_64.so.1': { content: '\x7fELF', mode: 0o755 },
    '/etc/passwd': `${passwd.replace('/root:/bin/sh', '/root:/bin/sh')}guest:x:405:100:guest:/dev/null:/sbin/nologin\n`,
    '/etc/group': `${group}nogroup:x:65533:\n`,
    '/etc/alpine-release': `${release}\n`,
    '/etc/os-release': `NAME="Alpine Linux"
ID=alpine
VERSION_ID=${release}
PRETTY_NAME="Alpine Linux v${release.split('.').slice(0, 2).join('.')}"
HOME_URL="https://alpinelinux.org/"
BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"
`,
  };
}

const alpineBusybox = '1.37.0';
const alpineBusyboxBuilt = '2025-08-05 16:40:33 UTC';

/** Programs of a Debian base system, by folder; apt and dpkg are there and say that they aren't simulated. Debian images have no editor, ps, wget, nc, ping or nslookup. */
const debianBin = (
  '[ apt apt-get awk arch b2sum base32 base64 basename bash cat chgrp chmod chown cksum clear cmp comm cp csplit cut dash date dd df diff dir dirname dmesg ' +
  'domainname dpkg du echo egrep env expand expr factor false fgrep find fmt fold getconf getent grep groups gunzip gzexe gzip head hostid hostname id ' +
  'install ionice join kill last link ln login logname ls lsblk md5sum mesg mkdir mkfifo mknod mktemp more mount mountpoint mv nice nl nohup nproc ' +
  'numfmt nsenter od passwd paste pathchk perl pinky pr printenv printf ptx pwd readlink realpath renice rm rmdir run-parts sed seq sh sha1sum ' +
  'sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty su sum sync tac tail tar taskset tee tempfile test timeout ' +
  'touch tr true truncate tsort tty umount uname unexpand uniq unlink users vdir wc which who whoami xargs yes zcat'
).split(' ');

const debianPasswd = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
games:x:5:60:games:/usr/games:/usr/sbin/nologin
man:x:6:12:man:/var/cache/man:/usr/sbin/nologin
lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
news:x:9:9:news:/var/spool/news:/usr/sbin/nologin
uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin
proxy:x:13:13:proxy:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
list:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin
irc:x:39:39:ircd:/run/ircd:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;

const debianGroup =
  'root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 news:9 uucp:10 man:12 proxy:13 kmem:15 dialout:20 fax:21 voice:22 cdrom:24 floppy:25 ' +
  'tape:26 sudo:27 audio:29 dip:30 www-data:33 backup:34 operator:37 list:38 irc:39 src:40 shadow:42 utmp:43 video:44 sasl:45 plugdev:46 staff:50 ' +
  'games:60 users:100 nogroup:65534';

/** Debian 12's files. */
export const debianLayer: FileSpecs = {
  ...commonDirectories,
  '/bin': { link: 'usr/bin' },
  '/sbin': { link: 'usr/sbin' },
  '/lib': { link: 'usr/lib' },
  ...programFiles('/usr/bin', debianBin, { bash: 'sh', dash: 'sh', perl: 'perl' }),
  ...programFiles('/usr/sbin', ['chroot', 'ldconfig', 'nologin', 'useradd', 'userdel', 'groupadd']),
  '/usr/lib': { directory: true },
  '/usr/local/bin': { directory: true },
  '/etc/passwd': debianPasswd,
  '/etc/group': `${debianGroup
    .split(' ')
    .map((entry) => entry.replace(':', ':x:'))
    .join(':\n')}:\n`,
  '/etc/debian_version': '12.11\n',
  '/etc/os-release': `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`,
  '/var/lib': { directory: true },
  '/var/log': { directory: true },
  '/var/cache': { directory: true },
  '/var/run': { link: '/run' },
  '/run': { directory: true },
  '/opt': { directory: true },
  '/srv': { directory: true },
  '/mnt': { directory: true },
};

/** What images without a distribution bring: users and certificates, no shell. */
export const distrolessLayer: FileSpecs = {
  '/etc/passwd':
    'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  '/etc/group': 'root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n',
  '/etc/ssl/certs/ca-certificates.crt': '',
  '/tmp': { directory: true, mode: 0o1777 },
};
