export { type CatalogueProduct, GetProducts, MOST_PRODUCTS } from './catalogue/get-products.query.js';
export { ProductCreated } from './catalogue/product-created.event.js';
export { ReleaseStock } from './stock/release-stock.command.js';
export { ReserveStock } from './stock/reserve-stock.command.js';
export { SellStock } from './stock/sell-stock.command.js';
export type { PricedLine, StockLine, StockReservation } from './stock/stock-reservation.js';
