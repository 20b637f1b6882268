/** `message.sent` as the name of a component: `MessageSent`. */
export const componentName = (name: string, suffix = ''): string =>
  name
    .split(/[.-]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('') + suffix;

export const componentRef = (name: string): { readonly $ref: string } => ({ $ref: `#/components/schemas/${name}` });
