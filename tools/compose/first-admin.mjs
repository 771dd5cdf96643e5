// Makes the first admin of the database of auth, named by DATABASE_URL: ADMIN_EMAIL with ADMIN_PASSWORD.
import { createAdmin } from '../start/admin.mjs';

const { ADMIN_EMAIL: email = '', ADMIN_PASSWORD: password = '', DATABASE_URL: databaseUrl = '' } = process.env;
const { code, printed } = await createAdmin({ email, password, databaseUrl });
process.stdout.write(printed);
process.exitCode = code;
