//go:build unix

package integration

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// inFolder runs a shell script in a new folder with these files, and returns the folder.
func inFolder(t *testing.T, files map[string]string, script string) (*program, string) {
	t.Helper()
	p := command(t, "sh", "-c", script)
	p.Dir = folder(t, files)
	return p, p.Dir
}

// TestSeveralDestinations: who writes "bpcopy a b folder" as for cp loses nothing.
func TestSeveralDestinations(t *testing.T) {
	files := map[string]string{"disk": "disk", "five": "five", "six": "six"}
	const refused = " exists: want --replace or --append where there are several destinations"
	for _, tt := range []struct {
		args string
		want string            // "" if it is done
		then map[string]string // what has changed then
	}{
		{"disk five sub", `destination "five"` + refused, nil},
		{"disk sub five", `destination "five"` + refused, nil},
		{"disk new five six", `destination "five"` + refused, nil},
		{"disk sub/../five new", `destination "sub/../five"` + refused, nil},
		{"disk link new", `destination "six"` + refused, nil},
		{"--keep-going disk five new", `destination "five"` + refused, nil},
		{"--in-place disk five new", `destination "five"` + refused, nil},
		{"--fsync -p disk five /dev/null", `destination "five"` + refused, nil},
		{"disk new newer", "", map[string]string{"new": "disk", "newer": "disk"}},
		{"disk new sub", "", map[string]string{"new": "disk", "sub/disk": "disk"}},
		{"disk new /dev/null", "", map[string]string{"new": "disk"}},
		{"disk five -", "", map[string]string{"five": "disk"}},
		{"--replace disk five sub", "", map[string]string{"five": "disk", "sub/disk": "disk"}},
		{"--replace --in-place disk five new", "", map[string]string{"five": "disk", "new": "disk"}},
		{"-a disk five new", "", map[string]string{"five": "fivedisk", "new": "disk"}},
		{"- - five <disk", "", map[string]string{"five": "disk"}},
		{"- six five <disk", "", map[string]string{"five": "disk", "six": "disk"}},
	} {
		p, dir := inFolder(t, files, "mkdir sub; ln -s six link; exec bpcopy -q "+tt.args)
		if tt.want == "" {
			p.want(0, "")
		} else {
			p.want(2, tt.want)
			if !strings.Contains(p.stderr.String(), "bpcopy: hint: \"disk\" would be copied to every other operand, and over ") {
				t.Errorf("bpcopy %s wrote\n%swant a hint", tt.args, p.stderr.String())
			}
		}
		os.Remove(filepath.Join(dir, "link"))
		want := map[string]string{}
		maps.Copy(want, files)
		for name, content := range tt.then {
			if inSub, ok := strings.CutPrefix(name, "sub/"); ok {
				wantFolder(t, filepath.Join(dir, "sub"), map[string]string{inSub: content})
				os.Remove(filepath.Join(dir, name))
				continue
			}
			want[name] = content
		}
		if err := os.Remove(filepath.Join(dir, "sub")); err != nil {
			t.Errorf("bpcopy %s: %v", tt.args, err)
		}
		wantFolder(t, dir, want)
	}
}

// TestDescriptorsByPath: the path of a descriptor is that descriptor, where it stands, and
// none that nobody has given.
func TestDescriptorsByPath(t *testing.T) {
	files := map[string]string{"src": "data\n", "lines": "one\ntwo\nthree\n", "f": "old contents of a file\n"}
	const notThere = `: no such file or directory`
	for _, tt := range []struct {
		script string
		code   int
		want   string
		f      string
	}{
		{`{ echo a; bpcopy -q src /dev/stdout; echo c; } >f`, 0, "", "a\ndata\nc\n"},
		{`{ echo a; bpcopy -q src /proc/self/fd/1; echo c; } >f`, 0, "", "a\ndata\nc\n"},
		{`{ echo a >&3; bpcopy -q src /dev/fd/3; echo c >&3; } 3>f`, 0, "", "a\ndata\nc\n"},
		{`{ echo a >&3; bpcopy -q --fsync src /proc/thread-self/fd/3; echo c >&3; } 3>f`, 0, "", "a\ndata\nc\n"},
		{`ln -s /dev/stdout out; { echo a; bpcopy -q src out; echo c; } >f; rm out`, 0, "", "a\ndata\nc\n"},
		{`{ echo a; bpcopy -q src /dev/stderr; } 2>>f`, 0, "", "old contents of a file\ndata\n"},
		{`{ read x; bpcopy -q /dev/stdin f; } <lines`, 0, "", "two\nthree\n"},
		{`{ read x <&4; bpcopy -q /dev/fd/4 f; } 4<lines`, 0, "", "two\nthree\n"},
		{`cat lines | bpcopy -q /dev/stdin f`, 0, "", "one\ntwo\nthree\n"},
		{`bpcopy -q src /dev/fd/3 3>&1 >/dev/null | cat >f`, 0, "", "data\n"},
		{`{ echo a; bpcopy -q --json /dev/stdout src /dev/null; echo c; } | sed s/{.*/json/ >f`, 0, "", "a\njson\nc\n"},
		{`exec bpcopy -q src /dev/fd/01`, 1, `open destination "/dev/fd/01": no such file or directory`, files["f"]},
		{`exec bpcopy -q src /dev/fd/3`, 1, `open destination "/dev/fd/3"` + notThere, files["f"]},
		{`exec bpcopy -q src /dev/fd/4`, 1, `open destination "/dev/fd/4"` + notThere, files["f"]},
		{`exec bpcopy -q /dev/fd/3 f`, 1, `open source "/dev/fd/3"` + notThere, files["f"]},
		{`exec bpcopy -q /proc/self/fd/77 f`, 1, `open source "/proc/self/fd/77"` + notThere, files["f"]},
		{`exec bpcopy -q src /dev/stdout >&-`, 1, `open destination "/dev/stdout"` + notThere, files["f"]},
		{`exec bpcopy -q /dev/stdin f <&-`, 1, `open source "/dev/stdin"` + notThere, files["f"]},
		{`exec bpcopy -q src /dev/fd/3 3<f`, 1, `open destination "/dev/fd/3": descriptor 3 is not open for writing`, files["f"]},
		{`exec bpcopy -q /dev/fd/3 - 3>>f`, 1, `open source "/dev/fd/3": descriptor 3 is not open for reading`, files["f"]},
		{`exec bpcopy -q src - /dev/stdout`, 2, `destinations "-" and "/dev/stdout": want two different ones`, files["f"]},
		{`exec bpcopy -q --json - src /dev/fd/1`, 2, `--json -: want a file, since the data goes to standard output`, files["f"]},
	} {
		p, dir := inFolder(t, files, tt.script)
		p.want(tt.code, tt.want)
		wantFolder(t, dir, map[string]string{"src": files["src"], "lines": files["lines"], "f": tt.f})
	}
}

// TestOneLandingRule: reports and destinations land by the same rule.
func TestOneLandingRule(t *testing.T) {
	files := map[string]string{"src": "data"}
	for _, args := range []string{
		"-a --json other/src src d/..",
		"--json other/src src d/../src",
		"--events d/../src src other",
		"--json new src other/../new",
		"--json other/sub/../new src d/../new",
		"--json link src other/new",
	} {
		p, dir := inFolder(t, files, "mkdir -p other/sub; ln -s other/sub d; ln -s other/new link; exec bpcopy -q "+args)
		if got := p.end(); got != 2 || !strings.Contains(p.stderr.String(), ": want a file other than the operand ") {
			t.Errorf("bpcopy %s ended with %d and\n%swant 2, and another file", args, got, p.stderr.String())
		}
		entries, err := os.ReadDir(filepath.Join(dir, "other"))
		if err != nil || len(entries) != 1 {
			t.Errorf("bpcopy %s left %v in other, %v; want sub alone", args, entries, err)
		}
	}
}

// TestNoFileAmongDevices: a mistyped device is not a file in memory.
func TestNoFileAmongDevices(t *testing.T) {
	for _, name := range []string{"/dev/nosuchdisk9", "/dev/../dev/nosuchdisk9"} {
		for _, flags := range [][]string{nil, {"--append"}, {"--no-clobber"}, {"--in-place"}} {
			p := bpcopy(t, slices.Concat(flags, []string{"-q", "/dev/null", name})...)
			p.want(1, `open destination "`+name+`": no such file or directory, and no regular file is made in /dev`)
		}
	}
}

// TestLongPath: a path may be as long as the system takes, whatever the new file is called
// meanwhile.
func TestLongPath(t *testing.T) {
	const most = 4095 // PATH_MAX of Linux, less the zero at its end
	dir := t.TempDir()
	t.Chdir(dir)
	long := "."
	for len(long)+len("/")+250 < most-10 {
		long += "/" + strings.Repeat("d", 200)
	}
	if err := os.MkdirAll(long, 0o755); err != nil {
		t.Skipf("make a long path: %v", err)
	}
	long += "/" + strings.Repeat("f", most-len(long)-1)
	if err := os.WriteFile("src", []byte("data"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a new one, then one that is replaced
		bpcopy(t, "-q", "src", long).want(0, "")
	}
	if got, err := os.ReadFile(long); err != nil || string(got) != "data" {
		t.Errorf("ReadFile(long) = %q, %v; want data", got, err)
	}
}

// TestKeepGoingWithout: a destination that cannot be opened or reached drops out, and the
// others complete.
func TestKeepGoingWithout(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"src missing/x new", `open destination "missing/x": no such file or directory`},
		{"src new unix://nobody", `connect to destination "unix://nobody": no such file or directory`},
		{"--consumer 2:unlimited src unix://nobody new", `connect to destination "unix://nobody": no such file or directory`},
		{"--conduit=kernel src sub/. new", `open destination "sub/./src": is a directory`},
	} {
		p, dir := inFolder(t, map[string]string{"src": "data"}, "mkdir -p sub/src; exec bpcopy --keep-going -q --json report "+tt.args)
		p.want(1, tt.want)
		report, err := os.ReadFile(filepath.Join(dir, "report"))
		if err != nil || !strings.Contains(string(report), `"name":"new","bytes":4,`) || !strings.Contains(string(report), `"result":"error"`) {
			t.Errorf("bpcopy %s: the report is %s, %v; want 4 bytes for new, and an error", tt.args, report, err)
		}
		os.Remove(filepath.Join(dir, "report"))
		os.RemoveAll(filepath.Join(dir, "sub"))
		wantFolder(t, dir, map[string]string{"src": "data", "new": "data"})
	}
	p, dir := inFolder(t, map[string]string{"src": "data"}, "exec bpcopy --keep-going -q src missing/x missing/y")
	if got := p.end(); got != 1 || strings.Count(p.stderr.String(), "bpcopy: error: open destination") != 2 {
		t.Errorf("without any destination it ended with %d and\n%swant 1 and two errors", got, p.stderr.String())
	}
	wantFolder(t, dir, map[string]string{"src": "data"})
}
