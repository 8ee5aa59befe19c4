//go:build linux

package main

import "testing"

func TestResult(t *testing.T) {
	r := result{"PipeToPipe/bpcopy", []value{{1004000000, "ns/op"}, {520.12345, "cpu-ms/op"}, {0, "off-%"}}}
	want := "BenchmarkPipeToPipe/bpcopy 1 1004000000 ns/op 520.123 cpu-ms/op 0 off-%"
	if got := r.String(); got != want {
		t.Errorf("String() = %q; want %q", got, want)
	}
}
