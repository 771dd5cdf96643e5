import type { JsonValue } from '@minos/common';
import type { ViewComparison, ViewCondition, ViewOrder, ViewPlace } from '../contracts/view-store.js';
import { fieldName } from '../view/field-name.js';
import { queryText, queryValue } from '../view/query-text.js';
import { fieldSql } from './view.sql.js';

const OPERATORS: Readonly<Record<ViewComparison, string>> = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' };

/** Makes conditions of one statement; values become its parameters. */
export class SqlConditions {
  readonly values: unknown[] = [];

  text(value: string, what = 'a text'): string {
    return this.add(queryText(value, what), 'text');
  }

  json(value: JsonValue, what = 'a value'): string {
    return this.add(JSON.stringify(queryValue(value, what)), 'jsonb');
  }

  /** Throws `VIEW_QUERY_INVALID`. */
  of(condition: ViewCondition): string {
    switch (condition.op) {
      case 'and':
      case 'or':
        return this.several(condition.of, condition.op);
      case 'not':
        return `not (${this.of(condition.of)})`;
      case 'in':
        return `${named(condition.field)} = any (${this.add(
          condition.values.map((value) => JSON.stringify(queryValue(value, condition.field))),
          'jsonb[]',
        )})`;
      case 'like':
        return `coalesce(doc ->> '${fieldName(condition.field)}' like ${this.text(condition.pattern, condition.field)} escape '' and jsonb_typeof(doc -> '${condition.field}') = 'string', false)`;
      case 'contains':
        return this.contains(condition.field, condition.value);
      default:
        return `${named(condition.field)} ${OPERATORS[condition.op]} ${this.json(condition.value)}`;
    }
  }

  /**
   * Rows behind a place: keyset paging (Winand, "We need tool support for keyset pagination", 2013). The first field bounds the range of the index, the rest decides
   * between its equals.
   */
  behind({ values, key }: ViewPlace, orderBy: readonly ViewOrder[]): string {
    const last = orderBy.at(-1)?.direction ?? 'asc';
    let condition = `key ${last === 'asc' ? '>' : '<'} ${this.text(key)}`;
    for (let index = orderBy.length - 1; index >= 0; index--) {
      const { field, direction } = orderBy[index] as ViewOrder;
      const value = this.json(values[index] ?? null);
      const [operator, bound] = direction === 'asc' ? ['>', '>='] : ['<', '<='];
      condition = `(${named(field)} ${bound} ${value} and (${named(field)} ${operator} ${value} or ${condition}))`;
    }
    return condition;
  }

  private several(of: readonly ViewCondition[], op: 'and' | 'or'): string {
    if (of.length === 0) return op === 'and' ? 'true' : 'false';
    return `(${of.map((one) => this.of(one)).join(` ${op} `)})`;
  }

  /** A list has an element that equals this one; containment of PostgreSQL alone would find objects that have more, too. */
  private contains(field: string, value: JsonValue): string {
    const given = this.json(value);
    const list = `case when jsonb_typeof(doc -> '${fieldName(field)}') = 'array' then doc -> '${field}' end`;
    return `exists (select from jsonb_array_elements(${list}) as element where element = ${given})`;
  }

  private add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

export function orderSql(orderBy: readonly ViewOrder[]): string {
  const last = orderBy.at(-1)?.direction ?? 'asc';
  return [...orderBy.map(({ field, direction }) => `${named(field)} ${directionSql(direction)}`), `key ${directionSql(last)}`].join(', ');
}

function directionSql(direction: ViewOrder['direction']): string {
  return direction === 'desc' ? 'desc' : 'asc';
}

function named(field: string): string {
  return fieldSql(fieldName(field));
}
