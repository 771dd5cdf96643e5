/** What the files of an event say. */
export interface EventParts {
  readonly className: string;
  readonly durableName: string;
  /** The property that says what it happened to. */
  readonly id: string;
}

export function eventFile({ className, durableName, id }: EventParts): string {
  return `import { Event } from '@minos/common';

@Event('${durableName}', { version: 1 })
export class ${className} {
  constructor(readonly ${id}: string) {}
}
`;
}

export function eventSpec({ className, durableName }: EventParts, eventPath: string): string {
  return `import { decodeMessage, encodeMessage, messageMetadataOf } from '@minos/common';
import { ${className} } from '${eventPath}';

describe('${className}', () => {
  it('is stored as ${durableName}, and read as it was written', () => {
    const event = new ${className}('1');
    expect(messageMetadataOf(${className})).toMatchObject({ name: '${durableName}', version: 1 });
    expect(decodeMessage(${className}, encodeMessage(event))).toEqual(event);
  });
});
`;
}
