package stream_test

import (
	"testing"

	"bpcopy/internal/stream"
)

// The machine is compared with real Node in package scenario; these tests tell
// its rules one by one.

func mark(high int64) stream.WritableOptions { return stream.WritableOptions{HighWaterMark: high} }

func TestWriteReachingTheMarkIsFalse(t *testing.T) {
	s := newScript(t, 0, mark(100))
	s.after(s.write(99), "write 99 true")
	s.after(s.write(1), "write 1 false")
	s.wantLength(100) // with what is in flight
	s.wantSinks("99/1")
}

func TestWriteTakesChunksOfAnySize(t *testing.T) {
	s := newScript(t, 0, mark(100))
	s.after(s.write(100_000, 5), "write 100000 false, write 5 false")
	s.wantLength(100_005)
}

func TestWriteDoneInsideTheRequestNeverPushesBack(t *testing.T) {
	s := newScript(t, 0)
	s.dst = s.NewWritable(stream.WritableOptions{HighWaterMark: 0, Sink: s.doneAtOnce()})
	s.after(s.write(1000, 1000), "write 1000 true, write 1000 true")
}

func TestDrainComesAtZero(t *testing.T) {
	s := newScript(t, 0, mark(100))
	s.after(s.write(60, 60), "write 60 true, write 60 false")
	s.after(s.dst.Done, "") // 60 is below the mark, and not enough
	s.after(s.dst.Done, "drain")
}

func TestDrainComesOnceForAllFalseWrites(t *testing.T) {
	s := newScript(t, 0, mark(10))
	s.after(s.write(10, 10, 10), "write 10 false, write 10 false, write 10 false")
	s.after(s.dst.Done, "")
	s.after(s.dst.Done, "")
	s.after(s.dst.Done, "drain")
}

func TestDrainIsOwedUntilItComes(t *testing.T) {
	s := newScript(t, 0, mark(100))
	s.after(s.write(60, 60), "write 60 true, write 60 false")
	s.after(s.dst.Done, "")
	s.after(s.write(1), "write 1 true")
	if !s.dst.NeedDrain() {
		t.Error("NeedDrain() = false after a true write; want true until the drain")
	}
	s.after(s.dst.Done, "")
	s.after(s.dst.Done, "drain")
}

func TestDrainAtLowWaterMark(t *testing.T) {
	s := newScript(t, 0, stream.WritableOptions{HighWaterMark: 40, LowWaterMark: 20})
	s.after(s.write(10, 10, 10, 10), "write 10 true, write 10 true, write 10 true, write 10 false")
	s.after(s.dst.Done, "")
	s.after(s.dst.Done, "drain")
	s.after(s.dst.Done, "")
	s.after(s.dst.Done, "")
}

func TestNoDrainOnceEnded(t *testing.T) {
	s := newScript(t, 0, mark(10))
	s.after(s.write(10), "write 10 false")
	s.after(s.dst.End, "")
	s.after(s.dst.Done, "finish, close")
	if stats := s.dst.Stats(); stats.Drains != 0 || stats.WritesFalse != 1 {
		t.Errorf("Stats() = %+v; want no drain and 1 false write", stats)
	}
}

func TestQueueGoesOneByOneWithoutWritev(t *testing.T) {
	s := newScript(t, 0, mark(100))
	s.after(s.write(1, 2, 3), "write 1 true, write 2 true, write 3 true")
	s.after(s.dst.Done, "")
	s.after(s.dst.Done, "")
	s.wantSinks("1/1", "2/1", "3/1")
}

func TestWritevTakesTheQueueAtOnce(t *testing.T) {
	s := newScript(t, 0, stream.WritableOptions{HighWaterMark: 100, Writev: true})
	s.after(s.write(1, 2, 3, 4), "write 1 true, write 2 true, write 3 true, write 4 true")
	s.after(s.dst.Done, "")
	s.after(s.write(5), "write 5 true") // behind the batch, and alone
	s.after(s.dst.Done, "")
	s.after(s.dst.Done, "")
	s.wantSinks("1/1", "9/3", "5/1")
}

func TestCorkHoldsWritesBack(t *testing.T) {
	s := newScript(t, 0, stream.WritableOptions{HighWaterMark: 100, Writev: true})
	s.dst.Cork()
	s.dst.Cork()
	s.after(s.write(60, 60), "write 60 true, write 60 false")
	s.after(s.dst.Uncork, "")
	s.wantSinks()
	s.after(s.dst.Uncork, "")
	s.wantSinks("120/2")
	s.after(s.dst.Uncork, "") // one too many
	s.after(s.dst.Done, "drain")
}

func TestEndUncorks(t *testing.T) {
	s := newScript(t, 0, mark(100))
	s.dst.Cork()
	s.dst.Cork()
	s.after(s.write(60), "write 60 true")
	s.after(s.dst.End, "")
	s.after(s.dst.Done, "finish, close")
}

func TestWritesWaitUntilOpen(t *testing.T) {
	opens := 0
	s := newScript(t, 0, stream.WritableOptions{HighWaterMark: 100, Writev: true, Open: func() { opens++ }})
	s.after(s.write(10, 20), "write 10 true, write 20 true")
	s.wantSinks()
	if opens != 1 || s.dst.Queued() != 2 {
		t.Errorf("%d requests to open, %d chunks queued; want 1 and 2", opens, s.dst.Queued())
	}
	s.after(s.dst.Opened, "")
	s.wantSinks("30/2")
}

func TestDestroyWaitsUntilOpen(t *testing.T) {
	s := newScript(t, 0, stream.WritableOptions{HighWaterMark: 100, Open: func() {}})
	s.after(func() { s.dst.Destroy(stream.Fault("EX")) }, "")
	s.after(s.dst.Opened, "error EX, close")
}

func TestWriteAfterEndFails(t *testing.T) {
	s := newScript(t, 0, mark(100))
	s.after(s.write(1), "write 1 true")
	s.after(s.dst.End, "")
	s.after(s.write(2), "write 2 false, error ERR_STREAM_WRITE_AFTER_END, close")
	s.after(s.dst.Done, "")
	s.wantLength(0)
}

func TestWriteAfterDestroyIsDropped(t *testing.T) {
	s := newScript(t, 0, mark(100))
	s.after(func() { s.dst.Destroy(stream.Error{}) }, "close")
	s.after(s.write(2), "write 2 false")
	s.wantLength(0)
	s.wantSinks()
}

func TestFailDropsTheQueue(t *testing.T) {
	s := newScript(t, 0, mark(100))
	s.after(s.write(10, 20, 30), "write 10 true, write 20 true, write 30 true")
	s.after(func() { s.dst.Fail(stream.Fault("EIO")) }, "error EIO, close")
	s.wantLength(0)
	s.wantSinks("10/1")
}

func TestDestroyLeavesWhatIsInFlight(t *testing.T) {
	s := newScript(t, 0, mark(100))
	s.after(s.write(10, 20), "write 10 true, write 20 true")
	s.after(func() { s.dst.Destroy(stream.Error{}) }, "close")
	s.wantLength(30)
	s.after(s.dst.Done, "")
	s.wantLength(0)
}

func TestEndOvertakenByDestroy(t *testing.T) {
	s := newScript(t, 0, mark(100))
	s.after(func() { s.dst.End(); s.dst.Destroy(stream.Error{}) }, "close")
	if s.dst.Finished() || !s.dst.Destroyed() {
		t.Errorf("Finished(), Destroyed() = %t, %t; want false, true", s.dst.Finished(), s.dst.Destroyed())
	}
}

func TestAnswerWithoutRequestPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Done() without a request did not panic")
		}
	}()
	newScript(t, 0, mark(1)).dst.Done()
}
