package idmap

import "testing"

func TestSubidModule(t *testing.T) {
	for conf, want := range map[string]string{
		"":                                 "",
		"passwd: files sss\n":              "",
		"subid: files\n":                   "",
		"subid: sss\n":                     "sss",
		"subid:\tsss\n":                    "sss",
		"subid:sss":                        "sss",
		"SubID: sss\n":                     "sss",
		"subid: sss files\n":               "sss",
		"subid: files sss\n":               "",
		"subid:\nsubid: sss\n":             "sss",
		"subid: sss\nsubid: files\n":       "sss",
		"#subid: sss\n":                    "",
		" subid: sss\n":                    "", // shadow wants the key in the first column
		"subids: sss\n":                    "",
		"passwd: files\n# x\nsubid:  sss ": "sss",
	} {
		if got := subidModule(conf); got != want {
			t.Errorf("subidModule(%q) = %q, want %q", conf, got, want)
		}
	}
}
