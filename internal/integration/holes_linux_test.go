package integration

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// holeyFile makes a file of size bytes that holds data at some places only.
func holeyFile(t *testing.T, path string, size int64, places ...int64) []byte {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := file.Truncate(size); err != nil {
		t.Fatal(err)
	}
	for _, at := range places {
		if _, err := file.WriteAt(bytes.Repeat([]byte("data "), 2000), at); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// stored returns how many bytes of the disk a file takes.
func stored(t *testing.T, path string) int64 {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		t.Fatal(err)
	}
	const sector = 512
	return st.Blocks * sector
}

// A copy has the holes of its source, wherever they lie, and no others; the counts
// are those of any other copy.
func TestHoles(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	for name, places := range map[string][]int64{
		"all": nil, "end": {0}, "start": {size - 10_000}, "middle": {1, 3 << 20, 3<<20 + 30_000, size - 10_001},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := func(name string) string { return filepath.Join(dir, name) }
			want := holeyFile(t, path("src"), size, places...)
			if stored(t, path("src")) > size/2 {
				t.Skip("the file system has no holes")
			}
			for _, args := range []string{"", "-c 1000", "--rate 200M", "--conduit range", "--sparse never", "--conduit range --sparse never", "--conduit memory"} {
				flags := append(strings.Fields(args), "-q", "--json", path("json"), path("src"), path("dst"))
				if *conduit != "" && !strings.Contains(args, "conduit") {
					continue
				}
				p := bpcopy(t, flags...)
				if status := p.end(); status != 0 {
					t.Fatalf("bpcopy %s: status %d, %s", args, status, p.stderr.String())
				}
				if got, err := os.ReadFile(path("dst")); err != nil || !bytes.Equal(got, want) {
					t.Errorf("bpcopy %s: other bytes came out, %v", args, err)
				}
				kept := !strings.Contains(args, "never") && !strings.Contains(args, "memory")
				if got := stored(t, path("dst")); kept && got > stored(t, path("src")) || !kept && got < size {
					t.Errorf("bpcopy %s: takes %d bytes of %d; the source takes %d", args, got, int64(size), stored(t, path("src")))
				}
				var summary struct {
					Destinations []struct{ Writes int }
					Bytes        int64
				}
				report, err := os.ReadFile(path("json"))
				if err == nil {
					err = json.Unmarshal(report, &summary)
				}
				chunk := 128 << 10
				if strings.Contains(args, "-c 1000") {
					chunk = 1000
				}
				if wants := (size + chunk - 1) / chunk; err != nil || summary.Bytes != size || summary.Destinations[0].Writes != wants {
					t.Errorf("bpcopy %s: %s, %v; want %d writes", args, report, err, wants)
				}
			}
		})
	}
}

// Old bytes do not show through a hole.
func TestHolesOverOldBytes(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{{"--in-place"}, {"--in-place", "--conduit=range"}, {"--append"}} {
		dir := t.TempDir()
		src, dst := filepath.Join(dir, "src"), filepath.Join(dir, "dst")
		want := holeyFile(t, src, 1<<20, 500_000)
		old := bytes.Repeat([]byte("old"), 500_000)
		if err := os.WriteFile(dst, old, 0o600); err != nil {
			t.Fatal(err)
		}
		if flags[0] == "--append" {
			want = append(old, want...)
		}
		p := bpcopy(t, append(flags, "-q", src, dst)...)
		if status := p.end(); status != 0 {
			t.Fatalf("bpcopy %q: status %d, %s", flags, status, p.stderr.String())
		}
		if got, err := os.ReadFile(dst); err != nil || !bytes.Equal(got, want) {
			t.Errorf("bpcopy %q: other bytes came out, %v", flags, err)
		}
	}
}

// A range conduit that cannot be says why, before anything is touched.
func TestRangeRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	src, dst := filepath.Join(dir, "src"), filepath.Join(dir, "dst")
	holeyFile(t, src, 1<<20)
	for want, args := range map[string][]string{
		`destination "-" is shared with other processes`:               {src, "-"},
		`source "-" is shared with other processes`:                    {"-", dst},
		`source "/dev/zero" is a character device`:                     {"/dev/zero", dst},
		`destination "/dev/null" is a character device`:                {src, "/dev/null"},
		`destination "` + dst + `" is appended to`:                     {"--append", src, dst},
		`source "/proc/self/maps" has no size: the kernel makes it up`: {"/proc/self/maps", dst},
	} {
		os.Remove(dst)
		p := bpcopy(t, append([]string{"--conduit=range"}, args...)...)
		in, err := os.Open(src)
		if err != nil {
			t.Fatal(err)
		}
		out, err := os.CreateTemp(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		p.Stdin, p.Stdout = in, out
		status := p.end()
		in.Close()
		out.Close()
		if got := p.stderr.String(); status != 1 || !strings.Contains(got, "bpcopy: error: conduit range: "+want+"\n") {
			t.Errorf("bpcopy --conduit=range %q: status %d, %s; want %q", args, status, got, want)
		}
		if _, err := os.Stat(dst); err == nil && args[0] != "--append" {
			t.Errorf("bpcopy --conduit=range %q has left a destination", args)
		}
	}
}
