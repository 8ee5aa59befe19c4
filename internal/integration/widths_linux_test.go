package integration

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// timesByStat is when a file was last read and written, in seconds with their
// fraction. Another program tells, whose times have 64 bits where ours have not.
func timesByStat(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.Command("stat", "--format=%.9X %.9Y", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// TestTimesOfAllAges: --preserve keeps times before and after those that 32 bits
// can tell.
func TestTimesOfAllAges(t *testing.T) {
	dir := folder(t, map[string]string{"src": "data"})
	src := filepath.Join(dir, "src")
	for _, year := range []string{"1902", "1960", "2037", "2039", "2107", "2261", "2263", "2400"} {
		accessed, modified := year+"-05-06 07:08:09.123456789Z", year+"-03-04 05:06:07.987654321Z"
		for flag, date := range map[string]string{"-a": accessed, "-m": modified} {
			if out, err := exec.Command("touch", flag, "--date="+date, src).CombinedOutput(); err != nil {
				t.Fatalf("touch: %v\n%s", err, out)
			}
		}
		want := timesByStat(t, src) // what the file system can keep
		p := bpcopy(t, "-q", "--preserve", "src", "dst")
		p.Dir = dir
		p.want(0, "")
		if got := timesByStat(t, filepath.Join(dir, "dst")); got != want {
			t.Errorf("the copy of a file of %s was read and written at %s; want %s", year, got, want)
		}
	}
}

// beyond is a position that 32 bits cannot tell.
const beyond int64 = 1<<32 + 1<<12

// sparseFile makes a file that ends with text, beyond a hole.
func sparseFile(t *testing.T, text string) (path string) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "sparse"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteAt([]byte(text), beyond); err != nil {
		t.Skip(err) // the file system has no such files
	}
	return file.Name()
}

// wantEnd wants a file to have text, and then its end, beyond the hole.
func wantEnd(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got, err := io.ReadAll(io.NewSectionReader(file, beyond, 1<<20))
	if err != nil || string(got) != text {
		t.Errorf("%q ends with %q, %v; want %q", path, got, err, text)
	}
}

// TestLargeCopy: more than 4 GiB are moved and counted.
func TestLargeCopy(t *testing.T) {
	if testing.Short() || strconv.IntSize > 32 {
		t.Skip("moves 4 GiB, which needs looking at where an int is shorter")
	}
	t.Parallel()
	const end = "end"
	src := sparseFile(t, end)
	size := fmt.Sprintf("bytes = %d", beyond+int64(len(end)))
	bpcopy(t, "-q", "-c1M", "--expect", size, src, "/dev/null").want(0, "")
}

// TestLargeRange: ranges and holes beyond 4 GiB.
func TestLargeRange(t *testing.T) {
	if *conduit != "" {
		t.Skip("holes are written there")
	}
	t.Parallel()
	src := sparseFile(t, "end")
	for _, args := range [][]string{nil, {"--conduit=range"}, {"-c", "1000001", "--conduit=range"}} {
		dst := filepath.Join(t.TempDir(), "dst")
		size := fmt.Sprintf("bytes = %d", beyond+int64(len("end")))
		bpcopy(t, append(args, "-q", "--expect", size, "--expect", "conduit = range", src, dst)...).want(0, "")
		wantEnd(t, dst, "end")
		if got := stored(t, dst); got > 1<<20 {
			t.Errorf("bpcopy %q: the copy takes %d bytes", args, got)
		}
	}
}

// TestLargeFiles: positions beyond 4 GiB.
func TestLargeFiles(t *testing.T) {
	for _, conduit := range []string{"--conduit=kernel", "--conduit=memory"} {
		t.Run(conduit, func(t *testing.T) {
			src := sparseFile(t, "end")

			// From where standard input stands.
			stdin, err := os.Open(src)
			if err == nil {
				_, err = stdin.Seek(beyond, io.SeekStart)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer stdin.Close()
			p := bpcopy(t, "-q", conduit, "--expect", "source.size = 3", "-", "dst")
			p.Dir, p.Stdin = t.TempDir(), stdin
			p.want(0, "")
			wantFolder(t, p.Dir, map[string]string{"dst": "end"})

			// To where standard output stands, and to the end of a file.
			small := folder(t, map[string]string{"more": " and more"})
			stdout, err := os.OpenFile(src, os.O_WRONLY, 0)
			if err == nil {
				_, err = stdout.Seek(0, io.SeekEnd)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer stdout.Close()
			p = bpcopy(t, "-q", conduit, "more", "-")
			p.Dir, p.Stdout = small, stdout
			p.want(0, "")
			wantEnd(t, src, "end and more")
			p = bpcopy(t, "-q", "--append", "more", src)
			p.Dir = small
			p.want(0, "")
			wantEnd(t, src, "end and more and more")
		})
	}
}

// TestLargeMarks: what no memory can hold costs nothing before it is used. Where
// memory of that size cannot even be addressed it is refused, clearly.
func TestLargeMarks(t *testing.T) {
	for _, flags := range []string{"-H 1TiB", "--read-ahead 1TiB", "-c 1TiB", "-H 3GiB", "-H 1TiB --conduit memory"} {
		p := bpcopy(t, append(strings.Fields(flags), "-q", "src", "dst")...)
		p.Dir = folder(t, map[string]string{"src": "data"})
		if strconv.IntSize == 32 {
			if code, said := p.end(), p.stderr.String(); code != 2 || !tooLargeHere.MatchString(said) {
				t.Errorf("%s: exit status %d and\n%s\nwant 2 and %v", flags, code, said, tooLargeHere)
			}
			wantFolder(t, p.Dir, map[string]string{"src": "data"})
			continue
		}
		p.want(0, "")
		wantFolder(t, p.Dir, map[string]string{"src": "data", "dst": "data"})
	}
}

var tooLargeHere = regexp.MustCompile(`^bpcopy: error: [-a-z ]+ of \d+ bytes: want 1 byte to \w+ on this machine\nbpcopy: hint: bpcopy --help\n$`)
