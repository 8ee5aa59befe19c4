//go:build unix

package integration

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A load is what is copied, and how.
type load struct {
	sample
	flags []string
}

// bpcopy prepares a copy with the load's flags.
func (l load) bpcopy(t *testing.T, src, dst string) *program {
	t.Helper()
	return bpcopy(t, slices.Concat(l.flags, []string{src, dst})...)
}

func (l load) String() string { return fmt.Sprint(l.sum.size, " ", l.flags) }

// loads are the sizes around every mark and chunk, and a large one, with and
// without a rate.
func loads(t *testing.T) []load {
	t.Helper()
	const s, h = 4096, 10000
	dir := t.TempDir()
	var all []load
	for _, size := range []int64{0, 1, s - 1, s, s + 1, h - 1, h, h + 1, 2*h + 7} {
		file := newSample(t, dir, fmt.Sprint(size), size)
		for _, more := range [][]string{nil, {"--rate=4MiB", "--conduit=memory"}} {
			flags := []string{"-q", fmt.Sprint("-c", s), fmt.Sprint("-H", h), "--read-ahead=16K"}
			all = append(all, load{file, append(flags, more...)})
		}
	}
	if !testing.Short() {
		file := newSample(t, dir, "large", 100<<20)
		all = append(all, load{file, []string{"-q", "--conduit=memory"}}, load{file, []string{"-q", "--rate=1GiB"}})
	}
	return all
}

// from sends a file as fast as it is taken.
func from(path string) func(io.Writer) error {
	return func(w io.Writer) error {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = io.Copy(w, file)
		return err
	}
}

// sumFile is the sum of a file, which is removed.
func sumFile(t *testing.T, path string) sum {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got, err := sumOf(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	return got
}

// A shape carries a load through one or more bpcopy and tells what came out.
type shape func(t *testing.T, l load) sum

func shapes() map[string]shape {
	all := map[string]shape{
		"file to file":   fileToFile,
		"chain of pipes": pipeChain,
		"chain over tcp": func(t *testing.T, l load) sum { return socketChain(t, l, "tcp-listen://:0", "tcp://") },
		"chain over unix": func(t *testing.T, l load) sum {
			return socketChain(t, l, "unix-listen://"+t.TempDir()+"/socket", "unix://")
		},
	}
	for name, open := range peerEnds() {
		all["file to "+name] = func(t *testing.T, l load) sum { return fileTo(t, open, l) }
		all[name+" to file"] = func(t *testing.T, l load) sum { return toFile(t, open, l, from(l.path)) }
	}
	return all
}

func fileToFile(t *testing.T, l load) sum {
	dst := filepath.Join(t.TempDir(), "dst")
	l.bpcopy(t, l.path, dst).want(0, "")
	return sumFile(t, dst)
}

func fileTo(t *testing.T, open opener, l load) sum {
	dst := open(t, t.TempDir(), false)
	return l.bpcopy(t, l.path, dst.operand).serve(end{}, dst, nil)
}

func toFile(t *testing.T, open opener, l load, send func(io.Writer) error) sum {
	dir := t.TempDir()
	src, dst := open(t, dir, true), filepath.Join(dir, "dst")
	l.bpcopy(t, src.operand, dst).serve(src, end{}, send)
	return sumFile(t, dst)
}

// pipeChain is bpcopy file - | bpcopy - - | bpcopy - file.
func pipeChain(t *testing.T, l load) sum {
	dst := filepath.Join(t.TempDir(), "dst")
	chain := []*program{
		l.bpcopy(t, l.path, "-"),
		l.bpcopy(t, "-", "-"),
		l.bpcopy(t, "-", dst),
	}
	for i, p := range chain[1:] {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		chain[i].Stdout, p.Stdin = w, r
		defer r.Close()
		defer w.Close()
	}
	for _, p := range chain {
		p.start()
		for _, ours := range []any{p.Stdin, p.Stdout} {
			if file, ok := ours.(*os.File); ok {
				file.Close()
			}
		}
	}
	for _, p := range chain {
		p.want(0, "")
	}
	return sumFile(t, dst)
}

// socketChain is two bpcopy, one of which listens.
func socketChain(t *testing.T, l load, listen, connect string) sum {
	dst := filepath.Join(t.TempDir(), "dst")
	receiver := l.bpcopy(t, listen, dst).start()
	address, err := receiver.listening()
	if err != nil {
		t.Fatal(err)
	}
	l.bpcopy(t, l.path, connect+address).want(0, "")
	receiver.want(0, "")
	return sumFile(t, dst)
}

// TestShapes: every byte arrives, whatever is at the ends, around every mark.
func TestShapes(t *testing.T) {
	all := loads(t)
	shapes := shapes()
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, l := range all {
				if got := shapes[name](t, l); got != l.sum {
					t.Fatalf("%v: %d bytes, sha256 %x; want %d, %x", l, got.size, got.sha256, l.sum.size, l.sum.sha256)
				}
			}
		})
	}
}

// TestByteByByte copies from sources that deliver one byte at a time.
func TestByteByByte(t *testing.T) {
	file := newSample(t, t.TempDir(), "src", 2000)
	send := func(w io.Writer) error {
		bytes, err := os.ReadFile(file.path)
		for i := range bytes {
			if err == nil {
				_, err = w.Write(bytes[i : i+1])
			}
		}
		return err
	}
	for name, open := range peerEnds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, flags := range [][]string{
				{"-q", "-H7", "--read-ahead=3"}, // what has come
				{"-q", "-c1", "-H7", "--read-ahead=3", "--rate=64KiB"},
			} {
				if got := toFile(t, open, load{file, flags}, send); got != file.sum {
					t.Errorf("%q: %d bytes, sha256 %x; want %d, %x", flags, got.size, got.sha256, file.sum.size, file.sum.sha256)
				}
			}
		})
	}
}

// TestArrivesAtOnce: what comes goes on at once, whatever chunk was hoped for.
func TestArrivesAtOnce(t *testing.T) {
	for _, conduit := range []string{"auto", "memory"} {
		src, dst := pipeEnd(t, "", true), pipeEnd(t, "", false)
		p := bpcopy(t, "-q", "-c1M", "-H1M", "--conduit="+conduit, "-", "-")
		p.serve(src, end{stdio: dst.stdio}, func(w io.Writer) error {
			return errors.Join(passes(p, w, dst, "hi"), passes(p, w, dst, "there"))
		})
	}
}

// passes wants text to come out of dst once it is written to w.
func passes(p *program, w io.Writer, dst end, text string) error {
	r, err := dst.reach(p)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	got := make([]byte, len(text))
	if _, err := io.ReadFull(r, got); err != nil || string(got) != text {
		return fmt.Errorf("%q came, %v; want %q", got, err, text)
	}
	return nil
}
