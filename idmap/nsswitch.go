package idmap

import "strings"

// subidModule gives the plug-in that nsswitch.conf names for subordinate ids;
// the empty string stands for the files.
//
// It follows nss_init of shadow (lib/nss.c): the line starts with "subid:" in
// any case and without blanks before it, the first such line with a value
// counts, and of its values the first: there is no list to go through.
func subidModule(conf string) string {
	const key = "subid:"
	for line := range strings.Lines(conf) {
		if len(line) < len(key) || !strings.EqualFold(line[:len(key)], key) {
			continue
		}
		for module := range strings.FieldsSeq(line[len(key):]) {
			if module == "files" {
				return ""
			}
			return module
		}
	}
	return ""
}
