import { testProjection } from '@minos/cqrs/testing';
import { Aggregate, AggregateRoot } from '@minos/event-sourcing';
import { ProductCreated } from '@shop/contracts';
import { ProductTitleRow } from './product-title-row.js';
import { ProductTitles } from './product-titles.projection.js';

/** The product service's own is not known here. */
@Aggregate('product')
class Product extends AggregateRoot {}

it('the titles are those that the product service has told', () =>
  testProjection(ProductTitles)
    .given(Product, 'mug', new ProductCreated('mug', 'Mug', 1250, 7))
    .thenRows(ProductTitleRow, [{ sku: 'mug', title: 'Mug' }]));
