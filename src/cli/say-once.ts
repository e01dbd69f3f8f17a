// Progress on stderr: each thing that is waited for, once.

/** The returned function prints what it is told unless that was the last thing it was told. */
export function sayOnce(): (what: string) => void {
  let last = '';
  return (what) => {
    if (what !== last) console.error(`k8squest: ${what}`);
    last = what;
  };
}
