// $(NAME) in commands, arguments and values. kubernetes: third_party/forked/golang/expansion/expand.go

/** Replaces $(NAME) by what `lookUp` gives; unknown names stay as they are, $$ is one dollar sign. */
export function expandVariables(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, after: string, name: string | undefined) => {
    if (after === '$') return '$';
    return lookUp(name ?? '') ?? whole;
  });
}
