package integration

// commands are what the test binary is under other names.
func commands() map[string]func() {
	return map[string]func(){"bpcopy": overConduit, launcher: launch, slowClientService: serveSlowClients}
}
