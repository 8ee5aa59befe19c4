// Package browser tests the pages of bpcopy in a real browser: Chromium, without a
// window. Where there is none, its tests are skipped.
package browser

import (
	"os"
	"os/exec"
	"testing"

	"bpcopy/cmd"
)

// asProgram makes the test binary bpcopy itself, when it is set.
const asProgram = "BPCOPY_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(cmd.Main(os.Args[1:], cmd.Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv}))
	}
	os.Unsetenv("GITHUB_ACTIONS") // or the copies of tests would be told of in the summary of CI
	os.Exit(m.Run())
}

// bpcopy returns a command that runs the program in a folder.
func bpcopy(t *testing.T, folder string, args ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), program, args...)
	c.Dir, c.Stderr = folder, os.Stderr
	c.Env = append(os.Environ(), asProgram+"=1")
	return c
}
