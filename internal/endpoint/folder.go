package endpoint

// folderAccess is what a folder is opened for.
type folderAccess int

const (
	toPlace folderAccess = iota // to put names in it
	toSync                      // and to sync it afterwards
)
