package transfer

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// A signal ends a nap: the runtime may want to stop the goroutine, and everybody else
// waits for that.
func TestNapEndsWithASignal(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.NumCPU()))) // the nap keeps one
	thread, over := make(chan int), make(chan struct{})
	go func() {
		defer close(over)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		thread <- syscall.Gettid()
		nap(time.Hour)
	}()
	for id := <-thread; ; runtime.Gosched() {
		select {
		case <-over:
			return
		default:
		}
		if err := syscall.Tgkill(syscall.Getpid(), id, syscall.SIGURG); err != nil {
			t.Fatal(err)
		}
	}
}
