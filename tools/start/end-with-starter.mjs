// Loaded into each service that the starter runs. It has a process group of its own, which no Ctrl-C of a terminal reaches: where the starter was killed, it has to end by itself.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The listener above would keep a process from ending that has nothing else to do.
process.channel?.unref();
