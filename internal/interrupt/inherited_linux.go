package interrupt

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"unsafe"
)

// inherited knows which signals were ignored when the program was started. Go's
// runtime hides that. Before main runs, the runtime installs its own handlers,
// also for ignored signals. It notes in a table what was there before, but
// tells it only for SIGINT and SIGHUP.
//
// That table is in our own memory. To find it, we change what some signals do,
// the probes, by package signal. The runtime notes that in the table. The table
// is the place in memory in which exactly these entries have changed.
type inherited struct {
	once  sync.Once
	table []uintptr // by number of the signal; nil if it was not found
}

// What the table says that a signal did: SIG_DFL and SIG_IGN of the system.
const (
	sigDfl = 0
	sigIgn = 1
)

// ignored reports whether the caught signal s was ignored at the start. The
// probes are caught by the channel from then on.
func (i *inherited) ignored(s syscall.Signal, caught chan<- os.Signal) bool {
	if s == syscall.SIGQUIT && signal.Ignored(syscall.SIGINT) {
		return true // a shell without job control ignores both in a background job
	}
	i.once.Do(func() { i.table, _ = findDispositions(caught) })
	return int(s) < len(i.table) && i.table[s] == sigIgn
}

// findDispositions returns a copy of the runtime's table.
func findDispositions(caught chan<- os.Signal) ([]uintptr, error) {
	before, err := ownData()
	if err != nil {
		return nil, err
	}
	probes := []os.Signal{syscall.Signal(56), syscall.Signal(59), syscall.Signal(63)}
	defer signal.Notify(caught, probes...)
	signal.Ignore(probes...)
	again := make(chan os.Signal, 1)
	signal.Notify(again, probes...) // the runtime notes that they were ignored
	signal.Stop(again)
	after, err := ownData()
	if err != nil {
		return nil, err
	}
	return findTable(before, after, probes)
}

// findTable returns the table in before of which exactly the probes have become
// sigIgn in after. It returns nil if there is none, and an error if there are
// two.
func findTable(before, after []uintptr, probes []os.Signal) (table []uintptr, err error) {
	const entries = lastRealTime + 1
	for at := 0; at+entries <= min(len(before), len(after)); at++ {
		if after[at+number(probes[0])] != sigIgn || !isTable(before[at:at+entries], after[at:at+entries], probes) {
			continue
		}
		if table != nil {
			return nil, errors.New("two tables of signals: want one")
		}
		table = before[at : at+entries]
	}
	return table, nil
}

// isTable reports whether before has nothing but sigDfl and sigIgn, and after
// differs from it at the probes alone.
func isTable(before, after []uintptr, probes []os.Signal) bool {
	changed := 0
	for s := range before {
		if before[s] > sigIgn || before[0] != sigDfl {
			return false
		}
		if before[s] != after[s] {
			changed++
		}
	}
	for _, probe := range probes {
		if s := number(probe); before[s] != sigDfl || after[s] != sigIgn {
			return false
		}
	}
	return changed == len(probes)
}

func number(s os.Signal) int { return int(s.(syscall.Signal)) }

// maxData is how many bytes of the program's variables are searched. The table
// is among the first: the linker puts large variables last.
const maxData = 4 << 20

// ownData returns a copy of the program's variables, word by word.
func ownData() ([]uintptr, error) {
	start, end, err := dataRange()
	if err != nil {
		return nil, err
	}
	memory, err := os.Open("/proc/self/mem")
	if err != nil {
		return nil, err
	}
	defer memory.Close()
	words := make([]uintptr, min(end-start, maxData)/int64(unsafe.Sizeof(uintptr(0))))
	if len(words) == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), len(words)*int(unsafe.Sizeof(words[0])))
	_, err = memory.ReadAt(bytes, start)
	return words, err
}

// dataRange returns where the program's variables are in memory: the writable
// part of its file, and what follows that without a gap.
func dataRange() (start, end int64, err error) {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return 0, 0, err
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return 0, 0, err
	}
	defer maps.Close()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		var from, to int64
		var access string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &access); err != nil {
			continue
		}
		switch {
		case access != "rw-p":
		case end == 0 && strings.HasSuffix(lines.Text(), program):
			start, end = from, to
		case from == end:
			end = to
		}
	}
	return start, end, nil
}
