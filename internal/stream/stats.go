package stream

// ReadableStats counts what a readable has done.
type ReadableStats struct {
	Data       int64         // data events
	Bytes      int64         // bytes in them
	Pauses     [causes]int64 // pause events by Cause
	Resumes    [causes]int64 // resume events by Cause
	PeakLength int64         // largest readableLength
}

// WritableStats counts what a writable has done.
type WritableStats struct {
	Writes      int64 // calls of write()
	WritesFalse int64 // those that returned false
	Bytes       int64 // bytes given to write()
	Drains      int64 // drain events
	PeakLength  int64 // largest writableLength
}
