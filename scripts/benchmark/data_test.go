//go:build linux

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestCompare(t *testing.T) {
	d, err := newData(filepath.Join(t.TempDir(), "data"), mib+5)
	if err != nil {
		t.Fatalf("newData() = %v; want nil", err)
	}
	sent, err := os.ReadFile(d.file)
	if err != nil {
		t.Fatal(err)
	}
	changed := slices.Clone(sent)
	changed[mib+1]++
	tests := []struct {
		name    string
		arrived []byte
		repeat  int
		want    string
	}{
		{"the same", sent, 1, ""},
		{"the same twice", slices.Repeat(sent, 2), 2, ""},
		{"nothing", nil, 1, "compare what arrived: after byte 0: EOF"},
		{"too little", sent[:mib+4], 1, "compare what arrived: after byte 1048576: unexpected EOF"},
		{"too much", append(slices.Clone(sent), 0), 1, "compare what arrived: more than the 1048581 bytes sent"},
		{"another byte", changed, 1, "compare what arrived: other bytes than sent after byte 1048576"},
	}
	for _, tt := range tests {
		got := ""
		if err := d.compare(bytes.NewReader(tt.arrived), tt.repeat); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("compare(%s) = %q; want %q", tt.name, got, tt.want)
		}
	}
}
