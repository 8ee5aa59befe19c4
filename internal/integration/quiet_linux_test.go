package integration

import (
	"strings"
	"testing"
)

// TestProxyQuiet: who wants no display has none, whatever the interval.
func TestProxyQuiet(t *testing.T) {
	for _, flag := range []string{"-q", "--progress=none"} {
		p := bpcopy(t, "proxy", flag, "-i1ms", "--for=50ms", "tcp-listen://127.0.0.1:0", "tcp://127.0.0.1:1")
		p.want(0, "")
		// Beside where it listens, there is the summary unless that is not wanted either.
		lines := strings.Split(strings.TrimSuffix(p.stderr.String(), "\n"), "\n")
		if summary := len(lines) > 1; !strings.HasPrefix(lines[0], "bpcopy: listening on ") || summary != (flag != "-q") || strings.Contains(p.stderr.String(), "open=") {
			t.Errorf("proxy %s wrote\n%s", flag, p.stderr.String())
		}
	}
}
