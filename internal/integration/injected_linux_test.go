package integration

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestInjectedErrors lets the kernel fail where a bad disk or a network file
// system would: in mid-copy, and at the end.
func TestInjectedErrors(t *testing.T) {
	needStrace(t)
	chunks := strings.Repeat("0123456789abcdef", 10*4096/16)
	for _, tt := range []struct {
		name  string
		on    string // the file with which calls fail, or any
		fault string // as strace has it
		flags []string
		want  string
		left  string // in dst; empty for what the report says was added to it
	}{
		{"read", "src", "read:error=EIO:when=3", []string{"--conduit=memory"},
			`read source "src": input/output error`, "old"},
		{"spliced read", "src", "splice:error=EIO:when=3", []string{"--conduit=kernel"},
			`read source "src": input/output error`, "old"},
		{"write", "dst", "write:error=EIO:when=3", []string{"--append", "--json=report"},
			`write destination "dst": input/output error`, ""},
		{"sync", "", "fsync:error=EIO:when=1", []string{"--fsync"},
			`sync destination "dst": input/output error`, "old"},
		{"rename", "", "renameat,renameat2:error=EIO:when=1", nil,
			`rename to destination "dst": input/output error`, "old"},
		{"chmod", "", "fchmod:error=EPERM:when=1", nil,
			`set the mode of destination "dst": operation not permitted`, "old"},
		{"stat of the source", "src", "fstat,newfstatat,?fstat64,?fstatat64:error=EIO:when=1+", nil,
			`open source "src": input/output error`, "old"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t, map[string]string{"src": chunks, "dst": "old"})
			args := []string{"-f", "-qq", "-o", "/dev/null", "-e", "inject=" + tt.fault}
			if tt.on != "" {
				args = append(args, "-P", filepath.Join(dir, tt.on))
			}
			args = append(append(args, programFile(t), "-q", "-c4096", "-H4096", "--read-ahead=4096"), tt.flags...)
			p := command(t, "strace", append(args, "src", "dst")...)
			p.Dir = dir
			p.want(1, tt.want)
			left := tt.left
			if left == "" {
				left = "old" + chunks[:takeReport(t, dir)]
			}
			wantFolder(t, dir, map[string]string{"src": chunks, "dst": left})
		})
	}
}

// TestFsyncBeginsEarly: with --fsync the disk begins while the copy goes on, and only then.
func TestFsyncBeginsEarly(t *testing.T) {
	needStrace(t)
	content := strings.Repeat("0123456789abcdef", 20<<20/16)
	dir := folder(t, map[string]string{"src": content, "log": ""})
	want := map[string]string{"src": content, "dst": content}
	for _, tt := range []struct {
		flags string
		times int
	}{
		{"--fsync", 2}, {"--fsync --conduit=memory", 2}, {"--quiet", 0},
	} {
		args := append([]string{"-f", "-qq", "-o", "log", "-e", "trace=sync_file_range", programFile(t), "-q"}, strings.Fields(tt.flags)...)
		p := command(t, "strace", append(args, "src", "dst")...)
		p.Dir = dir
		p.want(0, "")
		log, err := os.ReadFile(filepath.Join(dir, "log"))
		if got := strings.Count(string(log), "sync_file_range("); err != nil || got != tt.times {
			t.Errorf("%s of 20 MiB: asked the disk to begin %d times, %v; want %d", tt.flags, got, err, tt.times)
		}
		want["log"] = string(log)
		wantFolder(t, dir, want)
	}
}

// takeReport removes the report and returns its bytes, which are whole chunks and not all. strace counts calls for each
// thread, and a copy may change its thread: at least the first two writes of one have succeeded, and no third.
func takeReport(t *testing.T, dir string) int {
	t.Helper()
	name := filepath.Join(dir, "report")
	content, err := os.ReadFile(name)
	var report struct{ Bytes int }
	if err == nil {
		err = errors.Join(json.Unmarshal(content, &report), os.Remove(name))
	}
	if n := report.Bytes; err != nil || n < 2*4096 || n >= 10*4096 || n%4096 != 0 {
		t.Fatalf("the report has %d bytes, %v; want 2 to 9 chunks of 4096", n, err)
	}
	return report.Bytes
}

func needStrace(t *testing.T) {
	t.Helper()
	if err := exec.Command("strace", "-o", "/dev/null", "true").Run(); err != nil {
		t.Skipf("strace cannot be used: %v", err)
	}
}

// programFile returns a file that is bpcopy when it is run: under its own name the test binary would run the tests.
func programFile(t *testing.T) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "bpcopy")
	if err := os.Symlink(exe, name); err != nil {
		t.Fatal(err)
	}
	return name
}
