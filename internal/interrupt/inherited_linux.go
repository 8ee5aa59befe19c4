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

// inherited is what signals did when the program was started: Go's runtime hides
// it. Before main it installs its own handlers, for ignored signals too, and notes
// what was there before in a table of which it shows only SIGINT and SIGHUP.
//
// The table is in our own memory and is found there by marks: package signal makes
// the runtime note anew what a signal does, and no other table changes like that.
type inherited struct {
	once  sync.Once
	table []uintptr // by signal; nil if it was not found
}

const (
	sigDfl = 0 // SIG_DFL
	sigIgn = 1 // SIG_IGN
)

// ignored tells whether s, which is caught, was ignored at the start. Signals that
// make the marks go to caught.
func (i *inherited) ignored(s syscall.Signal, caught chan<- os.Signal) bool {
	if s == syscall.SIGQUIT && signal.Ignored(syscall.SIGINT) {
		return true // a shell without job control ignores both
	}
	i.once.Do(func() { i.table, _ = findDispositions(caught) })
	return int(s) < len(i.table) && i.table[s] == sigIgn
}

// findDispositions returns the runtime's table.
func findDispositions(caught chan<- os.Signal) ([]uintptr, error) {
	before, err := ownData()
	if err != nil {
		return nil, err
	}
	marks := []os.Signal{syscall.Signal(56), syscall.Signal(59), syscall.Signal(63)}
	defer signal.Notify(caught, marks...)
	signal.Ignore(marks...)
	again := make(chan os.Signal, 1)
	signal.Notify(again, marks...) // notes that they were ignored
	signal.Stop(again)
	after, err := ownData()
	if err != nil {
		return nil, err
	}
	return findTable(before, after, marks)
}

// findTable returns the one table of before in which exactly the marks have become
// sigIgn in after.
func findTable(before, after []uintptr, marks []os.Signal) (table []uintptr, err error) {
	const entries = lastRealTime + 1
	for at := 0; at+entries <= min(len(before), len(after)); at++ {
		if after[at+number(marks[0])] != sigIgn || !isTable(before[at:at+entries], after[at:at+entries], marks) {
			continue
		}
		if table != nil {
			return nil, errors.New("two tables of signals: want one")
		}
		table = before[at : at+entries]
	}
	return table, nil
}

// isTable is true where before holds nothing but sigDfl and sigIgn, and after
// differs from it at the marks alone.
func isTable(before, after []uintptr, marks []os.Signal) bool {
	changed := 0
	for s := range before {
		if before[s] > sigIgn || before[0] != sigDfl {
			return false
		}
		if before[s] != after[s] {
			changed++
		}
	}
	for _, mark := range marks {
		if s := number(mark); before[s] != sigDfl || after[s] != sigIgn {
			return false
		}
	}
	return changed == len(marks)
}

func number(s os.Signal) int { return int(s.(syscall.Signal)) }

// mostData is how much is looked at of the program's variables. The linker puts
// the large ones last.
const mostData = 4 << 20

// ownData is a copy of the program's variables, word by word.
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
	words := make([]uintptr, min(end-start, mostData)/int64(unsafe.Sizeof(uintptr(0))))
	if len(words) == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), len(words)*int(unsafe.Sizeof(words[0])))
	_, err = memory.ReadAt(bytes, start)
	return words, err
}

// dataRange is where the program's variables are: the writable part of its file and
// what follows it without a gap.
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
