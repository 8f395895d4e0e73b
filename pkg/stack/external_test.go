package stack

import "testing"

// What is there already is found by the key: another name of it would be passed over.
func TestReadRefusesAnotherNameOfWhatIsExternal(t *testing.T) {
	for text, want := range map[string]string{
		"volumes: {data: {external: true, name: data}}":              "",
		"volumes: {data: {name: prod_data}}":                         "",
		"volumes: {data: {external: false, name: prod_data}}":        "",
		"volumes: {data: {external: true, name: }}":                  "",
		"volumes:\n  data:\n    name: prod_data\n    external: true": `line 3: volumes.data: it is external by the name "prod_data"; write that in the place of "data", also where services use it`,
		"secrets: {key: {external: true, name: shop_key}}":           `line 1: secrets.key: it is external by the name "shop_key"; write that in the place of "key", also where services use it`,
		"configs: {key: {external: true, name: shop_key}}":           `line 1: configs.key: it is external by the name "shop_key"; write that in the place of "key", also where services use it`,
		"configs: {key: {external: true, name: other}}":              `line 1: configs.key.name: "other" cannot be: a config or secret has the name that stands before it; take the key out, and where this name is meant, write it there`,
	} {
		_, err := ReadCompose(text, shell, open)
		if want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s\nerror %v\n want %s", text, err, want)
		}
	}
}
