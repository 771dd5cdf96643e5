import { Command, Event, messageMetadataOf, Personal, type MessageClass, type MessageMetadata } from '@minos/common';
import { ApiProperty } from '@nestjs/swagger';
import type { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { Type } from 'class-transformer';
import { ArrayMinSize, IsArray, IsInt, IsOptional, IsString, IsUUID, Length, Min, ValidateNested } from 'class-validator';
import { z } from 'zod';
import { loadSwagger, OpenApiSource } from '../openapi/openapi-source.js';
import { hoisted } from './hoisted-schema.js';
import { payloadSchema } from './payload-schemas.js';
import { swaggerSchemas } from './swagger-schemas.js';
import { validatorSchemas } from './validator-schema.js';

const application = {
  modules: new Map() as unknown as ModulesContainer,
  config: { getGlobalPrefix: () => '' } as ApplicationConfig,
  adapterHost: { httpAdapter: { getType: () => 'express' } } as HttpAdapterHost,
};
const validator = validatorSchemas();
const SOURCES = { swagger: swaggerSchemas(new OpenApiSource(loadSwagger(), application)), ...(validator && { validator }) };

const metadataOf = (type: MessageClass): MessageMetadata => messageMetadataOf(type) as MessageMetadata;
const schemaOf = (type: MessageClass, sources = SOURCES) => payloadSchema(metadataOf(type), sources);

describe('the schema of a message', () => {
  it('is that of its decorator, as it reads the wire, where the library offers it', () => {
    const schema = z.object({ at: z.coerce.date(), count: z.number().int().min(1), note: z.string().optional() });
    @Event('made', { schema })
    class Made {
      @ApiProperty({ description: 'Not asked.' })
      count!: number;
    }
    const { root } = schemaOf(Made);
    expect(root).toMatchObject({ type: 'object', properties: { count: { type: 'integer', minimum: 1 }, note: { type: 'string' } } });
    expect(root['required']).toContain('count');
    expect(root['required']).not.toContain('note');
    expect(root).not.toHaveProperty('$schema');
  });

  it.each([
    ['toJSONSchema', { toJSONSchema: () => ({ type: 'object', properties: { a: { type: 'string' } } }) }],
    ['toJsonSchema', { toJsonSchema: () => ({ type: 'object', properties: { a: { type: 'string' } } }) }],
    [
      'after one way has failed',
      {
        toJSONSchema: () => {
          throw new Error('cannot say that');
        },
        toJsonSchema: () => ({ type: 'object', properties: { a: { type: 'string' } } }),
      },
    ],
  ])('asks a schema of any library for what it can: %s', (_, way) => {
    const schema = { '~standard': { version: 1, vendor: 'other', validate: (value: unknown) => ({ value }) }, ...way };
    @Event('made', { schema: schema as never })
    class Made {}
    expect(schemaOf(Made).root).toEqual({ type: 'object', properties: { a: { type: 'string' } } });
  });

  it('comes from the types where a schema tells nothing about itself', () => {
    const schema = { '~standard': { version: 1, vendor: 'silent', validate: (value: unknown) => ({ value }) } };
    @Event('made', { schema: schema as never })
    class Made {
      constructor(readonly label: string) {}
    }
    expect(schemaOf(Made).root).toMatchObject({ properties: { label: { type: ['string', 'null'] } } });
  });

  it('has the rules of class-validator, with the classes below', () => {
    class PlacedLine {
      @IsString()
      @Length(1, 100)
      sku!: string;

      @IsInt()
      @Min(1)
      quantity!: number;
    }
    @Command('order.place', { owner: 'order' })
    class Place extends Command {
      @IsUUID()
      orderId!: string;

      @IsOptional()
      @IsString()
      note?: string;

      @IsArray()
      @ArrayMinSize(1)
      @ValidateNested({ each: true })
      @Type(() => PlacedLine)
      lines!: PlacedLine[];
    }
    const { root, definitions } = schemaOf(Place);
    expect(root).toMatchObject({
      properties: {
        orderId: { type: 'string', format: 'uuid' },
        lines: { type: 'array', minItems: 1, items: { $ref: '#/definitions/PlacedLine' } },
      },
      required: ['orderId', 'lines'],
    });
    expect(definitions['PlacedLine']).toMatchObject({
      properties: { sku: { minLength: 1, maxLength: 100 }, quantity: { type: 'integer', minimum: 1 } },
    });
    const components = hoisted('order.place.v1', { root, definitions });
    expect(Object.keys(components)).toEqual(['order.place.v1', 'order.place.v1.PlacedLine']);
    expect(JSON.stringify(components)).toContain('"#/components/schemas/order.place.v1.PlacedLine"');
  });

  it('takes nested classes by what they are, not by their name: two of one name do not mix', () => {
    const lineOf = (property: string) => {
      class Line {}
      Object.defineProperty(Line, 'name', { value: 'Line' });
      IsString()(Line.prototype, property);
      return Line;
    };
    const [First, Second] = [lineOf('first'), lineOf('second')];
    const withLine = (line: new () => object, name: string): MessageClass => {
      class Message {
        line!: object;
      }
      Event(name)(Message);
      ValidateNested()(Message.prototype, 'line');
      Type(() => line)(Message.prototype, 'line');
      return Message;
    };
    expect(schemaOf(withLine(First, 'one')).definitions['Line']).toMatchObject({ properties: { first: {} } });
    const second = schemaOf(withLine(Second, 'two')).definitions['Line'];
    expect(second).toMatchObject({ properties: { second: {} } });
    expect(second?.['properties']).not.toHaveProperty('first');
  });

  it('has what @ApiProperty says, with the words of JSON Schema', () => {
    class Money {
      @ApiProperty({ minimum: 0, exclusiveMinimum: true })
      cents!: number;
    }
    @Event('paid')
    class Paid {
      @ApiProperty({ description: 'What was paid.', example: { cents: 5 } })
      amount!: Money;

      @ApiProperty({ type: String, nullable: true, required: false })
      note!: string | null;
    }
    const { root, definitions } = schemaOf(Paid);
    expect(root).toMatchObject({ properties: { note: { type: ['string', 'null'] } }, required: ['amount'] });
    expect(JSON.stringify(root)).not.toContain('nullable');
    expect(definitions['Money']).toMatchObject({ properties: { cents: { type: 'number', exclusiveMinimum: 0 } } });
  });

  it('joins rules, @ApiProperty and types, property by property', () => {
    @Event('joined')
    class Joined {
      @IsInt()
      @Min(3)
      @ApiProperty({ description: 'How many.' })
      count: number;

      constructor(
        count: number,
        readonly label: string,
      ) {
        this.count = count;
      }
    }
    expect(schemaOf(Joined).root).toMatchObject({
      properties: { count: { type: 'integer', minimum: 3, description: 'How many.' }, label: { type: ['string', 'null'] } },
      required: ['count'],
    });
  });

  it('is read from the types of the constructor, also of one that was minified, and says so', () => {
    interface Line {
      readonly sku: string;
    }
    @Event('plain')
    class Plain {
      constructor(
        readonly id: string,
        readonly count: number,
        readonly gift: boolean,
        /** Comments (with brackets). */
        readonly tags: string[],
        readonly line: Line,
      ) {}
    }
    expect(schemaOf(Plain).root).toEqual({
      type: 'object',
      description: expect.stringMatching(/types of the constructor/),
      properties: {
        id: { type: ['string', 'null'] },
        count: { type: ['number', 'null'] },
        gift: { type: ['boolean', 'null'] },
        tags: { type: ['array', 'null'] },
        line: {},
      },
    });
    class Minified {
      declare first: unknown;
      declare second: unknown;
      constructor(a: unknown, b: unknown) {
        this.first = b;
        this.second = a;
      }
    }
    Reflect.defineMetadata('design:paramtypes', [String, Number], Minified);
    Event('minified')(Minified);
    expect(schemaOf(Minified).root).toMatchObject({
      properties: { first: { type: ['number', 'null'] }, second: { type: ['string', 'null'] } },
    });
  });

  it('is open, with a note, where nothing is known', () => {
    @Event('unknown')
    class Unknown {}
    expect(schemaOf(Unknown).root).toEqual({ type: 'object', description: expect.stringMatching(/Nothing is declared/) });
  });

  it('needs none of the packages', () => {
    @Event('alone')
    class Alone {
      @IsInt()
      count: number;
      constructor(count: number) {
        this.count = count;
      }
    }
    expect(schemaOf(Alone, {} as never).root).toMatchObject({ properties: { count: { type: ['number', 'null'] } } });
  });

  it('is reflected where @nestjs/swagger does not know the type of a property', () => {
    interface Line {
      readonly sku: string;
    }
    @Event('half')
    class Half {
      constructor(
        readonly id: string,
        readonly line: Line,
      ) {}
      /** As the plugin of @nestjs/swagger writes it. */
      static _OPENAPI_METADATA_FACTORY() {
        return { id: { required: true, type: () => String }, line: { required: true } };
      }
    }
    expect(schemaOf(Half).root['properties']).toHaveProperty('id');
  });

  it('marks personal data with the property that names the person', () => {
    @Event('registered')
    class Registered {
      @Personal({ subject: 'personId' })
      readonly mail: string;

      constructor(
        readonly personId: string,
        mail: string,
      ) {
        this.mail = mail;
      }
    }
    expect(schemaOf(Registered).root).toMatchObject({ properties: { mail: { 'x-minos-personal': { subject: 'personId' } } } });
  });
});
