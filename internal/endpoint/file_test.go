//go:build unix

package endpoint

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"
)

func TestDestDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	os.MkdirAll("dir/sub", 0o755)
	os.Mkdir("dir/taken", 0o755)
	os.Symlink("dir/sub", "link")
	writeFile(t, "in.img", "x", 0o644)
	writeFile(t, "taken", "x", 0o644)
	src := openSource(t, "./in.img", SourceOptions{})
	for _, test := range []struct{ operand, file string }{
		{"dir", "dir/in.img"}, {"dir/", "dir/in.img"}, {"link", "dir/sub/in.img"}, {"link/..", "dir/in.img"},
	} {
		d := readyDest(t, test.operand, src, DestOptions{})
		if d.Name() != "in.img" {
			t.Errorf("Name() = %q; want in.img", d.Name())
		}
		write(t, d, test.operand)
		commit(t, d)
		wantFile(t, test.file, test.operand)
	}
	_, err := OpenDest(t.Context(), operand(t, "dir"), nil, DestOptions{})
	wantError(t, "OpenDest(dir)", err, `open destination "dir": is a directory`,
		`the source has no name to give to the file: write "dir/NAME"`)
	_, err = OpenDest(t.Context(), operand(t, "dir"), openSource(t, "taken", SourceOptions{}), DestOptions{})
	wantError(t, "OpenDest(dir)", err, `open destination "dir/taken": is a directory`, "")
	_, err = OpenDest(t.Context(), operand(t, "."), src, DestOptions{})
	wantError(t, "OpenDest(.)", err, `open destination "./in.img": same file as source "./in.img"`, "")
}

func TestDestFileErrors(t *testing.T) {
	checkLeaks(t)
	t.Chdir(t.TempDir())
	writeFile(t, "file", "", 0o644)
	os.Symlink("loop", "loop")
	os.Symlink("missing/x", "dangling")
	os.Mkdir("dir", 0o755)
	os.Symlink("gone", "dir/dangling")
	const toNothing = `the link leads to "missing/x": create that, remove the link, or name another destination`
	socket := openSource(t, "unix-listen://socket", SourceOptions{})
	defer socket.Close()
	long := strings.Repeat("n", 256)
	tests := []struct {
		operand    string
		opts       DestOptions
		want, hint string
	}{
		{"a/b", DestOptions{}, `open destination "a/b": no such file or directory`, ""},
		{"new/", DestOptions{}, `open destination "new/": no such file or directory`, ""},
		{"file/", DestOptions{}, `open destination "file/": not a directory`, ""},
		{"file/x", DestOptions{}, `open destination "file/x": not a directory`, ""},
		{"loop", DestOptions{}, `open destination "loop": too many levels of symbolic links`, ""},
		{"dangling", DestOptions{}, `open destination "dangling": is a symbolic link to nothing`, toNothing},
		{"dangling", DestOptions{Append: true}, `open destination "dangling": is a symbolic link to nothing`, toNothing},
		{"dangling", DestOptions{NoClobber: true}, `open destination "dangling": is a symbolic link to nothing`, toNothing},
		{"dir/dangling", DestOptions{}, `open destination "dir/dangling": is a symbolic link to nothing`,
			strings.Replace(toNothing, "missing/x", "dir/gone", 1)},
		{"/dev/bpcopy-none", DestOptions{}, `open destination "/dev/bpcopy-none": no such file or directory, and no regular file is made in /dev`, ""},
		{"/dev/bpcopy-none", DestOptions{Append: true}, `open destination "/dev/bpcopy-none": no such file or directory, and no regular file is made in /dev`, ""},
		{"file", DestOptions{NoClobber: true}, `open destination "file": file exists`, ""},
		{"/dev/null", DestOptions{NoClobber: true}, `open destination "/dev/null": file exists`, ""},
		{long, DestOptions{}, `open destination "` + long + `": file name too long`, ""},
		{"socket", DestOptions{}, `open destination "socket": is a socket`, `to connect to it, write "unix://socket"`},
	}
	for _, test := range tests {
		_, err := OpenDest(t.Context(), operand(t, test.operand), nil, test.opts)
		wantError(t, "OpenDest("+test.operand+")", err, test.want, test.hint)
	}
	wantNames(t, ".", "dangling", "dir", "file", "loop", "socket")
}

func TestDestUsageErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	makeFIFO(t, "fifo")
	writeFile(t, "file", "", 0o644)
	stdout, err := os.Create("stdout")
	if err != nil {
		t.Fatal(err)
	}
	defer stdout.Close()
	tests := []struct {
		operands string
		opts     DestOptions
		want     string // "" if the option makes sense
	}{
		{"-", DestOptions{Append: true}, `--append makes no sense for destination "-"`},
		{"-", DestOptions{InPlace: true}, `--in-place makes no sense for destination "-"`},
		{"-", DestOptions{NoClobber: true}, `--no-clobber makes no sense for destination "-"`},
		{"- unix://s", DestOptions{NoClobber: true}, `--no-clobber makes no sense for any of the destinations`},
		{"- new", DestOptions{NoClobber: true}, ""},
		{"- new", DestOptions{Append: true}, ""},
		{"tcp://h:1", DestOptions{Preserve: true}, `--preserve makes no sense for destination "tcp://h:1"`},
		{"tcp://h:1 new", DestOptions{Preserve: true}, ""},
		{"unix-listen://s", DestOptions{Fsync: true}, `--fsync makes no sense for destination "unix-listen://s"`},
		{"fifo", DestOptions{Fsync: true}, `--fsync makes no sense for destination "fifo"`},
		{"/dev/null", DestOptions{Fsync: true}, `--fsync makes no sense for destination "/dev/null"`},
		{"/dev/null file", DestOptions{Fsync: true}, ""},
		{"-", DestOptions{Fsync: true, Stdout: stdout}, ""},
		{"/dev/null", DestOptions{Preserve: true}, `--preserve makes no sense for destination "/dev/null"`},
	}
	for _, test := range tests {
		var operands []Operand
		for s := range strings.FieldsSeq(test.operands) {
			operands = append(operands, operand(t, s))
		}
		err := test.opts.Check(operands, operand(t, "file"))
		if test.want != "" {
			wantUsage(t, "Check("+test.operands+")", err, test.want)
		} else if err != nil {
			t.Errorf("Check(%s) = %v; want nil", test.operands, err)
		}
	}
	_, err = OpenDest(t.Context(), operand(t, "out"), openSource(t, "tcp-listen://:0", SourceOptions{}), DestOptions{Preserve: true})
	wantUsage(t, "OpenDest(out)", err, `--preserve needs a file as source, not "tcp-listen://:0"`)
	wantNames(t, ".", "fifo", "file", "stdout")
}

func TestDestSameFile(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "in", "precious", 0o644)
	os.Link("in", "hard")
	os.Symlink("in", "soft")
	makeFIFO(t, "fifo")
	src, fifo, null := openSource(t, "in", SourceOptions{}), openSource(t, "fifo", SourceOptions{}), openSource(t, "/dev/null", SourceOptions{})
	for _, name := range []string{"in", "./in", "hard", "soft"} {
		for _, opts := range []DestOptions{{}, {Append: true}} {
			_, err := OpenDest(t.Context(), operand(t, name), src, opts)
			wantError(t, "OpenDest("+name+")", err, `open destination "`+name+`": same file as source "in"`, "")
		}
	}
	_, err := OpenDest(t.Context(), operand(t, "fifo"), fifo, DestOptions{})
	wantError(t, "OpenDest(fifo)", err, `open destination "fifo": same file as source "fifo"`, "")
	stdout, err := os.OpenFile("in", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer stdout.Close()
	_, err = OpenDest(t.Context(), operand(t, "-"), src, DestOptions{Stdout: stdout})
	wantError(t, "OpenDest(-)", err, `open destination "-": same file as source "in"`, "")
	stdin, err := os.Open("in")
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	_, err = OpenDest(t.Context(), operand(t, "soft"), openSource(t, "-", SourceOptions{Stdin: stdin}), DestOptions{})
	wantError(t, "OpenDest(soft)", err, `open destination "soft": same file as source "-"`, "")
	openDest(t, "/dev/null", null, DestOptions{})
	wantFile(t, "in", "precious")
}

func TestDestAppend(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, want := range []string{"one", "oneone"} {
		d := readyDest(t, "log", nil, DestOptions{Append: true, Fsync: true})
		if !d.appending {
			t.Error("appending = false; want true")
		}
		write(t, d, "one")
		wantFile(t, "log", want)
		commit(t, d)
	}
	d := readyDest(t, "log", nil, DestOptions{Append: true})
	write(t, d, "half")
	d.Abort()
	wantFile(t, "log", "oneonehalf")
}

func TestDestPreserve(t *testing.T) {
	t.Chdir(t.TempDir())
	accessed, modified := time.Unix(1_000_000_000, 123_000_000), time.Unix(1_100_000_000, 456_000_000)
	writeFile(t, "in", "x", 0o741|fs.ModeSetgid)
	writeFile(t, "replaced", "x", 0o600)
	writeFile(t, "appended", "x", 0o600)
	for _, test := range []struct {
		name string
		opts DestOptions
	}{{"new", DestOptions{Preserve: true}}, {"replaced", DestOptions{Preserve: true}}, {"appended", DestOptions{Preserve: true, Append: true}}} {
		os.Chtimes("in", accessed, modified)
		src := readySource(t, "in", SourceOptions{})
		d := readyDest(t, test.name, src, test.opts)
		wantRead(t, src, "x")
		write(t, d, "x")
		commit(t, d)
		wantMode(t, test.name, 0o741|fs.ModeSetgid)
		f, err := os.Open(test.name)
		if err != nil {
			t.Fatal(err)
		}
		info, _ := f.Stat()
		if got := accessTime(f, info); !got.Equal(accessed) || !info.ModTime().Equal(modified) {
			t.Errorf("times of %s = %v, %v; want %v, %v", test.name, got, info.ModTime(), accessed, modified)
		}
		f.Close()
	}
}

func TestDestDevices(t *testing.T) {
	checkLeaks(t)
	d := readyDest(t, "/dev/null", nil, DestOptions{Append: true})
	if d.Kind() != KindCharDevice {
		t.Errorf("Kind() = %v; want character device", d.Kind())
	}
	write(t, d, "x")
	commit(t, d)
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full")
	}
	d = readyDest(t, "/dev/full", nil, DestOptions{})
	n, err := d.Write([]byte("x"))
	wantError(t, "Write()", err, `write destination "/dev/full": no space left on device`, "")
	if n != 0 {
		t.Errorf("bytes taken by /dev/full = %d; want 0", n)
	}
}
