package report

import (
	"syscall"
	"testing"
)

func TestStatus(t *testing.T) {
	for status, want := range map[Status]struct {
		code int
		word string
	}{
		OK: {0, "ok"}, Failed: {1, "error"}, Usage: {2, "usage"}, Unexpected: {3, "expectation"}, Timeout: {4, "timeout"},
		ConsumerGone: {141, "consumer-gone"}, BySignal(syscall.SIGINT): {130, "interrupted"}, BySignal(syscall.SIGTERM): {143, "interrupted"},
	} {
		if int(status) != want.code || status.String() != want.word {
			t.Errorf("status %d is %q; want %d, %q", int(status), status, want.code, want.word)
		}
	}
}
