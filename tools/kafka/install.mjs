// @ts-check
// The jars of the broker, fetched once by Maven from its repositories (tools/kafka/pom.xml).
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../files.mjs';

const run = promisify(execFile);
const POM = join(import.meta.dirname, 'pom.xml');
const JAVA_NEEDED = 17;
const MAVEN_MS = 600_000;

/** Everything that belongs to the development broker. */
export const KAFKA_FOLDER = join(ROOT, '.minos', 'kafka');

/**
 * Resolves with the folder that holds the jars. Fetches them where they are missing; two processes at once are safe.
 * @param {(line: string) => void} [onProgress]
 * @returns {Promise<string>}
 */
export async function installKafka(onProgress = () => {}) {
  await checkJava();
  const version = await kafkaVersion();
  const folder = join(KAFKA_FOLDER, `libs-${version}`);
  if (existsSync(folder)) return folder;
  onProgress(`Fetching Apache Kafka ${version} with Maven (about 43 MB, once) …`);
  const partial = `${folder}.${process.pid}`;
  await mkdir(KAFKA_FOLDER, { recursive: true });
  try {
    await copyJars(partial);
    await rename(partial, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

/** @returns {Promise<string>} */
async function kafkaVersion() {
  const [, version] = /<kafka\.version>([^<]+)</.exec(await readFile(POM, 'utf8')) ?? [];
  if (version === undefined) throw new Error(`${POM} does not say which version of Kafka is wanted`);
  return version;
}

async function checkJava() {
  const shown = await run('java', ['-version']).catch((error) => missing('java', `Java ${JAVA_NEEDED} or newer`, error));
  const [, major] = /version "(\d+)/.exec(shown.stderr) ?? [];
  if (Number(major) < JAVA_NEEDED)
    throw new Error(
      `Apache Kafka 4 needs Java ${JAVA_NEEDED} or newer; "java" is version ${major}. ` +
        'Install it (Debian: apt-get install openjdk-17-jre-headless, macOS: brew install openjdk) and put it first in PATH.',
    );
}

/** @param {string} folder */
async function copyJars(folder) {
  const goal = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
  await run('mvn', goal, { timeout: MAVEN_MS }).catch((error) => {
    if (error.code === 'ENOENT') return missing('mvn', 'Apache Maven 3', error);
    throw new Error(`Maven could not fetch Apache Kafka:\n${error.stdout ?? ''}${error.stderr ?? ''}`.trim(), { cause: error });
  });
}

/**
 * @param {string} command
 * @param {string} what
 * @param {NodeJS.ErrnoException} cause
 * @returns {never}
 */
function missing(command, what, cause) {
  throw new Error(
    `${what} is needed to run Apache Kafka here, and the command "${command}" cannot be run. Install both ` +
      '(Debian: apt-get install openjdk-17-jre-headless maven, macOS: brew install openjdk maven), ' +
      'or use the container: docker compose up -d kafka',
    { cause },
  );
}
