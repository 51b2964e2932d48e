// Servers of tests are on this machine: a proxy of whoever runs the tests is not asked for them.
for (const name of Object.keys(process.env))
  if (/^(https?|all|no)_proxy$/i.test(name)) delete process.env[name];
