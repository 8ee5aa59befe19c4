// Package integration tests the program as a whole: the real binary, with real
// files, pipes, sockets, signals and other programs.
package integration

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"bpcopy/cmd"
)

// conduit is for a second run of the tests: scripts/check runs them over memory
// as well as over what bpcopy chooses by itself.
var conduit = flag.String("conduit", "", "the conduit of every copy that asks for none")

// TestMain makes the test binary bpcopy itself when it is started under that
// name, which is how scripts and the other tests here run the real program.
func TestMain(m *testing.M) {
	// Or each program built with the race detector would sleep a second at its end.
	os.Setenv("GORACE", strings.TrimSpace(os.Getenv("GORACE")+" atexit_sleep_ms=0"))
	if _, program := commands()[filepath.Base(os.Args[0])]; !program {
		os.Unsetenv("GITHUB_ACTIONS") // or the copies of tests would be told of in the summary of CI
		heedSignals()
		for _, name := range []string{"BPCOPY_OPTS", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"} {
			os.Unsetenv(name) // what is the user's own taste must not matter here
		}
	}
	testscript.Main(m, commands())
}

// heedSignals lets programs that tests start have signals that are ignored here, as they
// are for whom nohup or a script has started in the background: what is caught is not
// inherited.
func heedSignals() {
	caught := make(chan os.Signal, 1)
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP} {
		if signal.Ignored(s) {
			signal.Notify(caught, s)
		}
	}
}

// conduitVar names the conduit of every copy in a script that asks for none.
const conduitVar = "BPCOPY_TEST_CONDUIT"

// overConduit is bpcopy, over that conduit where it copies.
func overConduit() {
	if kind := os.Getenv(conduitVar); kind != "" && copies(os.Args[1:]) {
		os.Args = slices.Insert(os.Args, 1, "--conduit="+kind) // a later one counts
	}
	os.Exit(cmd.Main(os.Args[1:], cmd.Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv}))
}

// copies tells whether bpcopy with these arguments is to copy.
func copies(args []string) bool {
	others := []string{"proxy", "report", "learn", "simulate", "demo", "completion", "help", "version", "__complete", "__completeNoDesc"}
	return len(args) > 0 && !slices.Contains(others, args[0])
}

// TestScripts runs testdata/script at the top: what one can see of the program from outside
// and without a clock.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"status": status},
		Setup: func(env *testscript.Env) error {
			env.Setenv(conduitVar, *conduit)
			return nil
		},
	})
}

// status is the script command
//
//	status CODE PROGRAM [ARGS...]
//
// It runs the program as exec does and wants exactly that exit status.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE PROGRAM [ARGS...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d; want %d", got, want)
	}
}
