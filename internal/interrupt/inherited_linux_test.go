package interrupt

import (
	"os"
	"os/exec"
	"testing"
)

// aloneVar is set where this test runs in a process of its own: the probes stay
// caught, and so the test cannot run there twice.
const aloneVar = "BPCOPY_TEST_ALONE"

// The runtime's table is found: another version of the runtime may need another
// way.
func TestFindDispositions(t *testing.T) {
	if os.Getenv(aloneVar) == "" {
		alone := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^TestFindDispositions$", "-test.count=1")
		alone.Env = append(os.Environ(), aloneVar+"=1")
		if out, err := alone.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	table, err := findDispositions(make(chan os.Signal, 1))
	if len(table) != lastRealTime+1 || err != nil {
		t.Fatalf("findDispositions() = %v, %v; want what each signal did", table, err)
	}
}
