package endpoint

import (
	"context"
	"errors"
	"os"
	"testing"
)

// openSeveral opens three destinations, two old files and a new one, of which
// the last is in a folder of its own, and writes to them.
func openSeveral(t *testing.T, opts DestOptions) (dsts []*Dest) {
	t.Helper()
	os.Mkdir("sub", 0o777)
	os.Chmod("sub", 0o777)
	for _, name := range []string{"old", "new", "sub/old"} {
		if name != "new" {
			writeFile(t, name, "old", 0o666)
		}
		d := readyDest(t, name, nil, opts)
		write(t, d, "complete")
		dsts = append(dsts, d)
	}
	return dsts
}

func wantNothingNew(t *testing.T) {
	t.Helper()
	wantFile(t, "old", "old")
	wantFile(t, "sub/old", "old")
	wantNames(t, ".", "old", "sub")
	wantNames(t, "sub", "old")
}

// TestCommitAll: they are complete together.
func TestCommitAll(t *testing.T) {
	checkLeaks(t)
	for _, opts := range []DestOptions{{}, {Fsync: true}} {
		t.Chdir(t.TempDir())
		dsts := openSeveral(t, opts)
		decided := false
		err := Commit(t.Context(), dsts, func() error {
			wantNothingNew(t)
			decided = true
			return nil
		})
		if err != nil || !decided {
			t.Errorf("Commit() = %v, decided %v; want nil, true", err, decided)
		}
		for _, name := range []string{"old", "new", "sub/old"} {
			wantFile(t, name, "complete")
		}
		wantNames(t, ".", "new", "old", "sub")
		wantNames(t, "sub", "old")
	}
}

// TestCommitNone: if one cannot be completed, none is.
func TestCommitNone(t *testing.T) {
	checkLeaks(t)
	undecided := errors.New("changed our mind")
	nothing := func() {}
	for name, test := range map[string]struct {
		spoil func(dsts []*Dest) (mend func(), decided error)
		want  string
	}{
		"no right to rename": {func([]*Dest) (func(), error) {
			os.Chmod("sub", 0o555)
			return func() { os.Chmod("sub", 0o777) }, nil
		}, `rename to destination "sub/old": permission denied`},
		"a folder in the way": {func([]*Dest) (func(), error) {
			os.Remove("sub/old")
			os.Mkdir("sub/old", 0o777)
			return func() {
				os.Remove("sub/old")
				writeFile(t, "sub/old", "old", 0o666)
			}, nil
		}, `rename to destination "sub/old": is a directory`},
		"the new one is bad": {func(dsts []*Dest) (func(), error) {
			dsts[1].replacement.file.Close()
			return nothing, nil
		}, `close destination "new": use of closed file`},
		"one was canceled": {func(dsts []*Dest) (func(), error) {
			dsts[1].Cancel()
			return nothing, nil
		}, "context canceled"},
		"decided against": {func([]*Dest) (func(), error) { return nothing, undecided }, undecided.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(openDir(t))
			asNobody(t, func() {
				dsts := openSeveral(t, DestOptions{})
				mend, decided := test.spoil(dsts)
				err := Commit(t.Context(), dsts, func() error { return decided })
				mend()
				wantError(t, "Commit()", err, test.want, "")
				wantNothingNew(t)
			})
		})
	}
}

// TestCommitEach: those that can be completed are, after everybody was asked once.
func TestCommitEach(t *testing.T) {
	checkLeaks(t)
	t.Chdir(t.TempDir())
	dsts := openSeveral(t, DestOptions{})
	dsts[1].Cancel()
	asked := 0
	err := CommitEach(t.Context(), dsts, func() error {
		wantNothingNew(t)
		asked++
		return nil
	})
	if !errors.Is(err, context.Canceled) || asked != 1 {
		t.Errorf("CommitEach() = %v, decided %d times; want %v, once", err, asked, context.Canceled)
	}
	wantFile(t, "old", "complete")
	wantFile(t, "sub/old", "complete")
	wantNames(t, ".", "old", "sub")
}

// TestCommitEachNone: a signal that comes while the last of them is prepared leaves all
// old files, as the exit status says.
func TestCommitEachNone(t *testing.T) {
	checkLeaks(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	undecided := errors.New("changed our mind")
	for _, test := range []struct {
		ctx    context.Context
		decide func() error
		want   error
	}{
		{t.Context(), func() error { return undecided }, undecided},
		{ended, nil, context.Canceled},
	} {
		t.Chdir(t.TempDir())
		if err := CommitEach(test.ctx, openSeveral(t, DestOptions{}), test.decide); !errors.Is(err, test.want) {
			t.Errorf("CommitEach() = %v; want %v", err, test.want)
		}
		wantNothingNew(t)
	}
}
