package endpoint

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// printGiven prints which of the descriptors were given, at descriptor 9.
func printGiven() {
	own, err := os.Open(os.DevNull)
	if err != nil {
		panic(err)
	}
	defer own.Close()
	for fd := range 9 {
		if WasGiven(fd) {
			fmt.Fprintf(os.NewFile(9, "result"), "%d ", fd)
		}
	}
}

func TestWasGiven(t *testing.T) {
	tests := []struct{ redirections, want string }{
		{"", "0 1 2 "},
		{"<&-", "1 2 "},
		{">&-", "0 2 "},
		{"2>&-", "0 1 "},
		{"<&- >&-", "2 "},
		{"<&- >&- 2>&-", ""},
		{"</dev/null >/dev/null 2>/dev/null", "0 1 2 "},
		{"<>/dev/null", "1 2 "}, // cannot be told apart, which is what the hint is for
		{"<>/dev/null >&0", "0 1 2 "},
		{"<>/dev/null 2>&0", "0 1 2 "},
		{"<>/dev/null >&0 2>&0", "0 1 2 "}, // as daemons are started
		{"<>/dev/null >&0 2>&-", "0 1 "},
		{"<>/dev/zero", "0 1 2 "},
		{"3</dev/null 5>/dev/null", "0 1 2 3 5 "},
		{"3<>/dev/null <&- 7>&1", "1 2 3 7 "},
	}
	for _, test := range tests {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("sh", "-c", `exec 9>&3 3>&-; exec "$0" `+test.redirections, os.Args[0])
		cmd.Env = append(os.Environ(), "ENDPOINT_TEST_GIVEN=1", "GORACE=atexit_sleep_ms=0")
		var got bytes.Buffer
		in, err := os.Open("/dev/zero")
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = in, new(bytes.Buffer), new(bytes.Buffer), []*os.File{w}
		err = cmd.Run()
		in.Close()
		w.Close()
		got.ReadFrom(r)
		r.Close()
		if err != nil || got.String() != test.want {
			t.Errorf("with %q: %v, given are %q; want %q", test.redirections, err, got.String(), test.want)
		}
	}
}

func TestStdinClosed(t *testing.T) {
	const refused = "read source \"-\": standard input is closed\n" +
		"to copy nothing, give /dev/null as the source\n"
	tests := []struct{ redirections, want string }{
		{"<&-", refused},
		{"<&- >&-", refused},
		{"</dev/null", ""},
		{"<>/dev/null", refused},
		{"<>/dev/null >&0", ""},
	}
	for _, test := range tests {
		cmd := exec.Command("sh", "-c", `exec "$0" `+test.redirections, os.Args[0])
		cmd.Env = append(os.Environ(), "ENDPOINT_TEST_OPEN_STDIN=1", "GORACE=atexit_sleep_ms=0")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Run(); err != nil || stderr.String() != test.want {
			t.Errorf("with %s: %v, stderr %q; want nil, %q", test.redirections, err, stderr.String(), test.want)
		}
	}
}
