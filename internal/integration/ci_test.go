//go:build unix

package integration

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// ciScript prepares a run of a script for CI, which finds bpcopy on PATH and makes
// its scratch files in a folder of its own.
func ciScript(t *testing.T, name string, flags ...string) (p *program, scratch string) {
	t.Helper()
	needed := []string{"bash", "tar", "gzip"}
	if name == "slow-client" {
		needed = append(needed, "node", "curl")
		if runtime.GOOS != "linux" {
			t.Skip("only Linux tells the memory of another process")
		}
	}
	for _, needed := range needed {
		if _, err := exec.LookPath(needed); err != nil {
			t.Skip(err)
		}
	}
	if *conduit != "" {
		flags = append([]string{"--conduit=" + *conduit}, flags...)
	}
	scratch = t.TempDir()
	p = command(t, "bash", append([]string{"../../scripts/ci/" + name}, flags...)...)
	p.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "BPCOPY=") }), "TMPDIR="+scratch)
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that who is left can be found
	return p, scratch
}

// wantNothingLeft wants neither a file nor a process of the script left.
func wantNothingLeft(t *testing.T, p *program, scratch string) {
	t.Helper()
	wantFolder(t, scratch, nil)
	if err := syscall.Kill(-p.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("%q: looking for processes that it left: %v; want %v", p.Args, err, syscall.ESRCH)
	}
}

// TestCIScripts: they pass, and fail when what is expected does not hold.
func TestCIScripts(t *testing.T) {
	const unexpected = `error: expectation "pauses = 0" does not hold: pauses is `
	for _, tt := range []struct {
		script string
		flags  []string
		code   int
		stderr string // part of it
	}{
		{"slow-tcp-consumer", nil, 0, ": 64 MiB in "},
		{"slow-tcp-consumer", []string{"--expect", "pauses = 0"}, 3, unexpected},
		{"pipeline-bottleneck", nil, 0, ": 16 MiB in "},
		{"pipeline-bottleneck", []string{"--expect", "pauses = 0"}, 3, unexpected},
		{"pipeline-bottleneck", []string{"--producer", "4MiB/s for 2MiB; fail EIO"}, 1, `read source "-": input/output error`},
		{"slow-reader", nil, 0, ": 64 MiB in "},
		{"slow-reader", []string{"--expect", "pauses = 0"}, 3, unexpected},
		{"slow-reader", []string{"--conduit=memory", "--ignore-backpressure", "--memory-limit=8MiB"}, 1,
			"memory limit of 8388608 bytes reached"},
		{"slow-client", nil, 0, " down: 256 MiB; "},
		{"slow-client", []string{"--expect", "down.pauses = 0"}, 3, `error: expectation "down.pauses = 0" does not hold: down.pauses is `},
		{"slow-client", []string{"--ignore-backpressure"}, 3,
			`error: expectation "watched.rss_growth_while_stalled <= 64MiB" does not hold: watched.rss_growth_while_stalled is `},
	} {
		t.Run(strings.Join(append([]string{tt.script}, tt.flags...), " "), func(t *testing.T) {
			t.Parallel()
			p, scratch := ciScript(t, tt.script, tt.flags...)
			if got := p.end(); got != tt.code || !strings.Contains(p.stderr.String(), tt.stderr) {
				t.Errorf("exit status %d; want %d and %q in\n%s", got, tt.code, tt.stderr, p.stderr.String())
			}
			wantNothingLeft(t, p, scratch)
		})
	}
}

// TestCIScriptsNeedBpcopy: BPCOPY says which one to use, and a missing one is no
// success.
func TestCIScriptsNeedBpcopy(t *testing.T) {
	for _, script := range []string{"slow-tcp-consumer", "pipeline-bottleneck", "slow-reader", "slow-client"} {
		p, scratch := ciScript(t, script)
		p.Env = append(p.Env, "BPCOPY=/missing/bpcopy")
		if got := p.end(); got == 0 || !strings.Contains(p.stderr.String(), "/missing/bpcopy: No such file or directory") {
			t.Errorf("%s without bpcopy: exit status %d and\n%s", script, got, p.stderr.String())
		}
		wantNothingLeft(t, p, scratch)
	}
}
