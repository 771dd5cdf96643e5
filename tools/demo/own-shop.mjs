import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from '../files.mjs';

/** Builds the shop and opens it; loaded only then, for it stands on what is built. Against a shop that runs the demo needs no build. */
export async function openOwnShop(show) {
  const build = spawn('npm', ['run', 'build'], { cwd: ROOT, stdio: 'inherit' });
  const [code] = await once(build, 'exit');
  if (code !== 0) throw new Error('The shop could not be built.');
  const { openShop } = await import('../start/shop.mjs');
  return openShop({ show });
}
