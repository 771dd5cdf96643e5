import { SystemClock } from '@minos/common';
import { createScenario, type Scenario } from '@minos/event-sourcing/testing';
import { AdjustStockHandler } from '../src/commands/adjust-stock.handler.js';
import { CreateProductHandler } from '../src/commands/create-product.handler.js';
import { ReleaseStockHandler } from '../src/commands/release-stock.handler.js';
import { ReserveStockHandler } from '../src/commands/reserve-stock.handler.js';
import { SellStockHandler } from '../src/commands/sell-stock.handler.js';
import { StockTurns } from '../src/commands/stock-turns.js';
import { Product } from '../src/domain/product.aggregate.js';
import { Reservation } from '../src/domain/reservation.aggregate.js';

/** The command handlers of the service on storage in memory, without a container. */
export interface Warehouse {
  readonly scenario: Scenario;
  readonly turns: StockTurns;
  readonly creating: CreateProductHandler;
  readonly adjusting: AdjustStockHandler;
  readonly reserving: ReserveStockHandler;
  readonly releasing: ReleaseStockHandler;
  readonly selling: SellStockHandler;
}

export function createWarehouse(): Warehouse {
  const scenario = createScenario();
  const products = scenario.repository(Product);
  const reservations = scenario.repository(Reservation);
  const { unitOfWork } = scenario;
  const turns = new StockTurns(new SystemClock());
  return {
    scenario,
    turns,
    creating: new CreateProductHandler(products),
    adjusting: new AdjustStockHandler(products, unitOfWork, turns),
    reserving: new ReserveStockHandler(reservations, products, unitOfWork, turns),
    releasing: new ReleaseStockHandler(reservations, products, unitOfWork, turns),
    selling: new SellStockHandler(reservations, products, unitOfWork, turns),
  };
}
