package cmd

import "testing"

// TestStartDoesNoWorkForOthers: every start builds all commands, most of which
// it does not run. Reading the demos for their completion once tripled the time
// of an empty copy.
func TestStartDoesNoWorkForOthers(t *testing.T) {
	const most = 1000
	if allocs := testing.AllocsPerRun(5, func() { newRootCmd(&app{}) }); allocs > most {
		t.Errorf("building the commands takes %v allocations; want at most %d", allocs, most)
	}
}
