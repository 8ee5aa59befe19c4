package cmd

import (
	"os"
	"testing"
)

// The runtime's table is found: another version of the runtime may need another
// way. (Once: the marks stay.)
func TestFindDispositions(t *testing.T) {
	table, err := findDispositions(make(chan os.Signal, 1))
	if len(table) != lastRealTime+1 || err != nil {
		t.Fatalf("findDispositions() = %v, %v; want what each signal did", table, err)
	}
}
