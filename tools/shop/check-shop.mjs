// Reads the databases of order, product and payment on one server with plain SQL, and says in one line of JSON whether what they hold fits together:
// node tools/shop/check-shop.mjs <url of the server>. It shares no code with what it checks.
import pg from 'pg';

const EVENTS = 'select e.stream, e.version::text as version, e.type, e.data from minos.events as e order by e.stream, e.version';
const PARKED = `select format('%s parked %s of %s: %s %s', consumer, type, key, cause_code, cause_message) as text from minos.parked_messages where cause_code is not null`;
const SAGAS = 'select key, status, ended_at is not null as ended from minos.sagas';
const ENDS = { 'order.confirmed': 'confirmed', 'order.rejected': 'rejected', 'order.cancelled': 'cancelled' };

/** Faults that are told; the first ones tell what led to the others. */
const SHOWN = 8;
const faults = [];
const fault = (text) => faults.push(text);

async function read(server, database, sql) {
  const url = new URL(server);
  url.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Events by stream; a stream with a hole is a fault. */
function streamsOf(events) {
  const streams = new Map();
  for (const event of events) {
    const stream = streams.get(event.stream) ?? [];
    stream.push(event);
    streams.set(event.stream, stream);
    if (event.version !== String(stream.length))
      fault(`${event.stream} has ${event.type} as version ${event.version} at place ${stream.length}`);
  }
  return streams;
}

function ordersOf(streams) {
  const orders = new Map();
  for (const [stream, events] of streams) {
    const placed = events.find(({ type }) => type === 'order.placed')?.data;
    if (placed !== undefined) orders.set(placed.orderId, orderOf(stream, events, placed));
  }
  return orders;
}

function orderOf(stream, events, placed) {
  const ends = events.filter(({ type }) => type in ENDS);
  if (ends.length > 1) fault(`${stream} has ended ${ends.length} times: ${ends.map(({ type }) => type).join(', ')}`);
  const wanted = new Sums();
  for (const { sku, quantity } of placed.lines) wanted.add(sku, '', quantity);
  const [end] = ends;
  return end === undefined ? { end: 'open', total: 0, wanted } : { end: ENDS[end.type], total: end.data.total ?? 0, wanted };
}

/** Adds a number up by two keys. */
class Sums {
  rows = new Map();
  add(one, other, amount) {
    const key = `${one} ${other}`;
    this.rows.set(key, (this.rows.get(key) ?? 0) + amount);
  }
  of(one, other) {
    return this.rows.get(`${one} ${other}`) ?? 0;
  }
}

/** What an event does to a product: to the pieces that are there, reserved, sold, and were ever given. */
const PIECES = {
  'product.created': ({ onHand }) => ({ onHand, given: onHand }),
  'stock.adjusted': ({ delta }) => ({ onHand: delta, given: delta }),
  'stock.reserved': ({ quantity }) => ({ reserved: quantity }),
  'stock.released': ({ quantity }) => ({ reserved: -quantity }),
  'stock.sold': ({ quantity }) => ({ onHand: -quantity, reserved: -quantity, sold: quantity }),
};

/** What an event does to an account. */
const CENTS = {
  'money.deposited': ({ amount }) => ({ balance: amount, paid: amount }),
  'money.held': ({ amount }) => ({ balance: -amount, held: amount }),
  'money.released': ({ amount }) => ({ held: -amount, balance: amount }),
  'money.captured': ({ amount }) => ({ held: -amount, captured: amount }),
  'money.refunded': ({ amount }) => ({ captured: -amount, balance: amount }),
};

/** Folds streams by what their events do, and tells `each` of every state and every change. */
function fold(streams, prefix, effects, each) {
  for (const [stream, events] of streams) {
    if (!stream.startsWith(prefix)) continue;
    const now = {};
    for (const { type, data } of events) {
      const change = effects[type]?.(data) ?? {};
      for (const [part, by] of Object.entries(change)) now[part] = (now[part] ?? 0) + by;
      each({ stream, type, data, change, now });
    }
  }
}

function checkStock(streams, orders) {
  const [reserved, sold] = [new Sums(), new Sums()];
  fold(streams, 'product-', PIECES, ({ stream, type, data, change, now }) => {
    const { onHand = 0, reserved: held = 0, sold: gone = 0, given = 0 } = now;
    if (held < 0 || held > onHand) fault(`${stream}: ${held} of ${onHand} reserved behind ${type}`);
    if (onHand + gone !== given) fault(`${stream}: ${onHand} there and ${gone} sold of ${given} behind ${type}`);
    reserved.add(data.orderId, data.sku, change.reserved ?? 0);
    sold.add(data.orderId, data.sku, change.sold ?? 0);
  });
  for (const [key, left] of reserved.rows) if (left !== 0) fault(`${left} pieces are reserved for ${key}`);
  for (const [orderId, { end, wanted }] of orders)
    for (const [line, quantity] of wanted.rows) {
      const [found, expected] = [sold.of(orderId, line.trim()), end === 'confirmed' ? quantity : 0];
      if (found !== expected) fault(`${found} of ${line.trim()} sold for ${orderId} (${end}), ${expected} expected`);
    }
}

function checkMoney(streams, orders) {
  const [held, captured] = [new Sums(), new Sums()];
  fold(streams, 'account-', CENTS, ({ stream, type, data, change, now }) => {
    const { balance = 0, held: kept = 0, captured: taken = 0, paid = 0 } = now;
    if (Math.min(balance, kept, taken) < 0 || balance + kept + taken !== paid) fault(`${stream}: ${JSON.stringify(now)} behind ${type}`);
    held.add(data.orderId, '', change.held ?? 0);
    captured.add(data.orderId, '', change.captured ?? 0);
  });
  for (const [key, left] of held.rows) if (left !== 0) fault(`${left} cents are held for ${key}`);
  for (const [orderId, { end, total }] of orders) {
    const [found, expected] = [captured.of(orderId, ''), end === 'confirmed' ? total : 0];
    if (found !== expected) fault(`${found} cents taken for ${orderId} (${end}), ${expected} expected`);
  }
}

/** A confirmed order's saga has completed, any other's was compensated. */
function checkSagas(sagas, orders) {
  const found = new Map(sagas.map((saga) => [saga.key, saga]));
  for (const [orderId, { end }] of orders) {
    const saga = found.get(orderId);
    if (saga === undefined) fault(`${orderId} (${end}) has no saga`);
    else if (saga.ended && end !== 'open' && saga.status !== (end === 'confirmed' ? 'completed' : 'compensated'))
      fault(`the saga of ${orderId} (${end}) is ${saga.status}`);
  }
}

/** Messages that wait for an operator: a saga that waits for what comes of them waits too. */
async function checkParked(server, database) {
  for (const { text } of await read(server, database, PARKED)) fault(text);
}

const [server] = process.argv.slice(2);
if (server === undefined) throw new Error('Usage: node tools/shop/check-shop.mjs <url of the server>');
for (const database of ['order', 'product', 'payment']) await checkParked(server, database);
const orderStreams = streamsOf(await read(server, 'order', EVENTS));
const orders = ordersOf(orderStreams);
const sagas = await read(server, 'order', SAGAS);
checkStock(streamsOf(await read(server, 'product', EVENTS)), orders);
checkMoney(streamsOf(await read(server, 'payment', EVENTS)), orders);
checkSagas(sagas, orders);
const count = (end) => [...orders.values()].filter((order) => order.end === end).length;
const verdict = {
  orders: orders.size,
  confirmed: count('confirmed'),
  rejected: count('rejected'),
  cancelled: count('cancelled'),
  open: count('open'),
  liveSagas: sagas.filter(({ ended }) => !ended).length,
  parkedSagas: sagas.filter(({ status }) => status === 'parked').length,
  faults: faults.slice(0, SHOWN),
  moreFaults: Math.max(0, faults.length - SHOWN),
};
console.log(JSON.stringify(verdict));
