# Short names for what meson, the tests and the program do. BUILD may name another build folder.
BUILD ?= build
DATA ?= data
LISTEN ?= 127.0.0.1:8080

.PHONY: deps-run all run test test-full bench deps install demo clean

all: $(BUILD)/build.ninja
	ninja -C $(BUILD)

$(BUILD)/build.ninja:
	meson setup $(BUILD)

# Everything from nothing to a page that can be opened.
run: deps-run all demo
	$(BUILD)/yifa serve --data $(DATA) --listen $(LISTEN)

# The demonstration year, made once.
demo: all
	test -f $(DATA)/yifa.json && test -f $(DATA)/demo.json || $(BUILD)/yifa demo $(DATA)

test: deps
	tools/run_tests

test-full: deps
	tools/run_tests --full

bench: deps all
	tools/run_bench $(BUILD)

# Debian packages: deps-run what building and running needs, deps also what testing needs (npm packages for the browser
# tests among them). Does nothing when all are there.
deps-run:
	tools/deps run

deps:
	tools/deps test

install: all
	meson install -C $(BUILD)

clean:
	rm -rf $(BUILD) build-*
