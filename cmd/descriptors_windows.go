package cmd

// checkDescriptors has nothing to check: handles are not so few.
func checkDescriptors() error { return nil }
