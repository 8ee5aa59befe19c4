package endpoint

import "os"

// WasGiven returns true. Windows itself refuses a handle that was not open when
// the program was started.
func WasGiven(int) bool { return true }

func isClosed(*os.File) bool { return false }
