package endpoint

import "os"

// WasGiven tells whether descriptor fd was open when the program was started.
// Here the system itself refuses to use a handle that was not.
func WasGiven(int) bool { return true }

func isClosed(*os.File) bool { return false }
