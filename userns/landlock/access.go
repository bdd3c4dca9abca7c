package landlock

import "golang.org/x/sys/unix"

// Access is a set of rights to files.
type Access uint64

// Rights come in groups.
const (
	// Read is what may be done with a place that is shown.
	Read = Access(unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR)
	// Write is what it takes to change a file.
	Write = Access(unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE)
	// Device is what it takes to control a device.
	Device = Access(unix.LANDLOCK_ACCESS_FS_IOCTL_DEV)
	// OfFile are the rights that a rule for a single file can allow.
	OfFile = Access(unix.LANDLOCK_ACCESS_FS_EXECUTE|unix.LANDLOCK_ACCESS_FS_READ_FILE) | Write | Device
)

// right is one right and the ABI that brought it.
type right struct {
	access Access
	abi    int
	name   string
}

// rights are those that this package knows. A newer kernel may have more, and what
// those would break is not known: they are not handled.
var rights = []right{
	{unix.LANDLOCK_ACCESS_FS_EXECUTE, 1, "execute"},
	{unix.LANDLOCK_ACCESS_FS_WRITE_FILE, 1, "write_file"},
	{unix.LANDLOCK_ACCESS_FS_READ_FILE, 1, "read_file"},
	{unix.LANDLOCK_ACCESS_FS_READ_DIR, 1, "read_dir"},
	{unix.LANDLOCK_ACCESS_FS_REMOVE_DIR, 1, "remove_dir"},
	{unix.LANDLOCK_ACCESS_FS_REMOVE_FILE, 1, "remove_file"},
	{unix.LANDLOCK_ACCESS_FS_MAKE_CHAR, 1, "make_char"},
	{unix.LANDLOCK_ACCESS_FS_MAKE_DIR, 1, "make_dir"},
	{unix.LANDLOCK_ACCESS_FS_MAKE_REG, 1, "make_reg"},
	{unix.LANDLOCK_ACCESS_FS_MAKE_SOCK, 1, "make_sock"},
	{unix.LANDLOCK_ACCESS_FS_MAKE_FIFO, 1, "make_fifo"},
	{unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK, 1, "make_block"},
	{unix.LANDLOCK_ACCESS_FS_MAKE_SYM, 1, "make_sym"},
	{unix.LANDLOCK_ACCESS_FS_REFER, 2, "refer"},
	{unix.LANDLOCK_ACCESS_FS_TRUNCATE, 3, "truncate"},
	{unix.LANDLOCK_ACCESS_FS_IOCTL_DEV, 5, "ioctl_dev"},
}

// FilesABI is the first that rules for files are made with. ABI 1 has no word for
// moving or linking a file from one directory to another, and refuses it to
// everyone who has rules (EXDEV), which few programs withstand. ABI 2 came with
// Linux 5.19.
const FilesABI = 2

// Files are the rights that a kernel with that ABI can hold, none below FilesABI.
func Files(abi int) (all Access) {
	for _, r := range rights {
		if abi >= FilesABI && abi >= r.abi {
			all |= r.access
		}
	}
	return all
}

// Names are the rights in a, as landlock(7) has them without the prefix.
func (a Access) Names() []string {
	names := []string{}
	for _, r := range rights {
		if a&r.access != 0 {
			names = append(names, r.name)
		}
	}
	return names
}
