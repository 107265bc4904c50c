# Entente.  `make` builds, `make demo` plays the main job, `make check` tests.
# Variants: V=dev (default), V=asan, V=clang, V=crash (dies where it is told
# to, base/crash.h), V=fuzz, V=valgrind (that, and without sandbox); objects
# stand in build/$(V).

V	?= dev
B	:= build/$(V)
PREFIX	?= /usr/local
# A layer may use those before it; the archives are linked in that order
# backwards, so an arrow that points up does not link either.
LAYERS	:= base crypto model store proc
PROGS	:= ententd entente
PKGS	:= libsodium libcrypto libmicrohttpd gnutls libcurl jansson sqlite3 \
	   libseccomp inih

WARN	:= -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wvla \
	   -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual \
	   -Wwrite-strings -Wpointer-arith -Wundef -Wimplicit-fallthrough
HARD	:= -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	   -fno-common -fno-strict-aliasing -fPIE
LINK	:= -pie -Wl,-z,relro,-z,now,-z,noexecstack

ifeq ($(V),asan)
CC	:= clang-14
OPT	:= -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	   -fno-omit-frame-pointer
LINK	+= -fsanitize=address,undefined
else ifeq ($(V),fuzz)
CC	:= clang-14
OPT	:= -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	   -fno-sanitize-recover=undefined
LINK	+= -fsanitize=fuzzer,address,undefined
else ifeq ($(V),valgrind)
CC	:= gcc
OPT	:= -O2 -g -Wno-maybe-uninitialized
else ifeq ($(V),clang)
CC	:= clang-14
OPT	:= -O2 -g -D_FORTIFY_SOURCE=2
else
CC	:= gcc
OPT	:= -O2 -g -D_FORTIFY_SOURCE=3
# clang 14 refuses it.
ifeq ($(findstring clang,$(CC)),)
OPT	+= -ftrivial-auto-var-init=zero
endif
endif
ifneq ($(CI)$(WERROR),)
WARN	+= -Werror
endif

CPPFLAGS := -D_GNU_SOURCE -Isrc $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
ifneq ($(filter crash valgrind,$(V)),)
CPPFLAGS += -DCRASH_POINTS
endif
ifeq ($(V),valgrind)
CPPFLAGS += -DMEMCHECK
endif
CFLAGS	:= -std=c17 $(WARN) $(HARD) $(OPT)
LIBS	:= $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lpthread

src	= $(wildcard src/$(1)/*.c src/$(1)/*/*.c)
objs	= $(patsubst %.c,$(B)/%.o,$(1))
archive	= $(B)/lib$(1).a
ARCHIVES := $(foreach l,proc store model crypto base,$(call archive,$(l)))

# Every test program is one file on top of the archives and of what ententd is
# made of; those of contract and interop do without the latter.
UNIT	:= $(patsubst %.c,$(B)/%,$(wildcard test/unit/*_test.c test/contract/*.c \
	   test/interop/*.c test/scenario/*.c test/crash/*.c))
BENCH	:= $(patsubst %.c,$(B)/%,$(wildcard bench/*.c))
DAEMON	:= $(filter-out %/main.o,$(call objs,$(call src,ententd)))
FUZZ	:= $(patsubst %.c,$(B)/%,$(wildcard test/fuzz/fuzz_*.c))
ALLOBJ	:= $(call objs,$(wildcard src/*/*.c src/*/*/*.c test/*/*.c bench/*.c))

.PHONY: all tests check prove npm demo bench lint install clean fuzz-all \
	valgrind soak
all: $(foreach p,$(PROGS),$(B)/$(p))

define layer
$(call archive,$(1)): $(call objs,$(call src,$(1)))
	@rm -f $$@
	@ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer,$(l))))

# Kinds are data compiled in: a new file is picked up, no C is edited.
KINDS	:= $(sort $(wildcard kinds/*.json kinds/codelists/*.json \
	   kinds/fragments/*.json))
$(B)/gen/kind_files.c: tools/embed $(KINDS) $(sort $(dir $(KINDS)))
	@mkdir -p $(@D)
	@tools/embed kind_files $(KINDS) >$@.new
	@mv $@.new $@
# What is said to people: the meaning of each rule, the words of the CLI.
MESSAGES := $(sort $(wildcard lang/cli*.json))
ERRORS	:= $(sort $(wildcard lang/errors*.json))
$(B)/gen/catalog_files.c: tools/embed $(ERRORS) lang
	@mkdir -p $(@D)
	@tools/embed catalog_files $(ERRORS) >$@.new
	@mv $@.new $@
$(B)/gen/messages_files.c: tools/embed $(MESSAGES) lang
	@mkdir -p $(@D)
	@tools/embed messages_files $(MESSAGES) >$@.new
	@mv $@.new $@
$(B)/gen/%.o: $(B)/gen/%.c
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(call archive,model): $(B)/gen/kind_files.o $(B)/gen/catalog_files.o
$(B)/entente: $(B)/gen/messages_files.o
$(B)/src/entente/charter.o: src/entente/charter.json

define program
$(B)/$(1): $(call objs,$(call src,$(1))) $(ARCHIVES)
	@echo "  LD $$@"
	@$$(CC) $$(LINK) -o $$@ $$^ $$(LIBS)
endef
$(foreach p,$(PROGS),$(eval $(call program,$(p))))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/test/unit/%: $(B)/test/unit/%.o $(B)/libententd.a $(ARCHIVES)
	@$(CC) $(LINK) -o $@ $^ $(LIBS)
$(B)/test/contract/%: $(B)/test/contract/%.o $(ARCHIVES)
	@$(CC) $(LINK) -o $@ $^ $(LIBS)
$(B)/test/interop/%: $(B)/test/interop/%.o $(ARCHIVES)
	@$(CC) $(LINK) -o $@ $^ $(LIBS) -lz
$(B)/libententd.a: $(DAEMON)
	@rm -f $@
	@ar rcs $@ $^
$(B)/test/scenario/%: $(B)/test/scenario/%.o $(B)/libententd.a $(ARCHIVES)
	@$(CC) $(LINK) -o $@ $^ $(LIBS)
$(B)/test/crash/%: $(B)/test/crash/%.o $(B)/libententd.a $(ARCHIVES)
	@$(CC) $(LINK) -o $@ $^ $(LIBS)
$(B)/bench/%: $(B)/bench/%.o $(B)/libententd.a $(ARCHIVES)
	@$(CC) $(LINK) -o $@ $^ $(LIBS)
# In the ordinary tests a fuzz target replays its corpus.
$(B)/test/fuzz/fuzz_%: $(B)/test/fuzz/fuzz_%.o $(B)/test/fuzz/replay.o \
	    $(B)/libententd.a $(ARCHIVES)
	@$(CC) $(LINK) -o $@ $^ $(LIBS)
.SECONDARY:

# The measuring programs are built with the tests, so that they are never left
# behind by what they call.
tests: all $(UNIT) $(FUZZ) $(BENCH)
# CI and people run the same: install what is needed, build, run everything.
check:
	@tools/packages check >&2
	@$(MAKE) --no-print-directory npm
	@$(MAKE) --no-print-directory -j2 tests
	@$(MAKE) --no-print-directory prove
prove: tests
	@B=$(B) V=$(V) AGE_BIG=1 prove --exec '' \
	    $(filter %_test,$(UNIT)) \
	    $(filter-out test/soak/%,$(wildcard test/*/*.t))

# make fuzz-age_open FUZZ_SECONDS=60; make fuzz-all: each in turn.  KEEP=1 takes
# what reached new code into test/fuzz/corpus, for people to look through.
FUZZ_SECONDS ?= 60
FUZZERS	:= $(patsubst test/fuzz/fuzz_%.c,build/fuzz/run/%,$(wildcard \
	   test/fuzz/fuzz_*.c))
build/fuzz/run/%: build/fuzz/test/fuzz/fuzz_%.o build/fuzz/libententd.a \
	    $(patsubst $(B)/%,build/fuzz/%,$(ARCHIVES))
	@mkdir -p $(@D)
	@$(CC) $(LINK) -o $@ $^ $(LIBS)
fuzz-all:
	@tools/packages check >&2
	@$(MAKE) --no-print-directory -j2 V=fuzz $(FUZZERS)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) KEEP=$(KEEP) tools/fuzz $(notdir $(FUZZERS))
fuzz-%:
	@$(MAKE) --no-print-directory -j2 V=fuzz build/fuzz/run/$*
	@FUZZ_SECONDS=$(FUZZ_SECONDS) KEEP=$(KEEP) tools/fuzz $*

# Not part of check: an hour, for a machine that has nothing else to do.
# make soak KILLS=60 ONLY=test/soak/crashes.t
soak:
	@tools/packages soak >&2
	@$(MAKE) --no-print-directory -j2 all >&2
	@B=$(B) V=$(V) KILLS=$(or $(KILLS),1000) prove --exec '' \
	    $(or $(ONLY),$(wildcard test/soak/*.t))
# The dialogues, every process of every node under memcheck.
valgrind:
	@tools/packages soak >&2
	@$(MAKE) --no-print-directory -j2 V=dev all >&2
	@$(MAKE) --no-print-directory -j2 V=valgrind all \
	    build/valgrind/test/scenario/adversary >&2
	@B=build/valgrind V=valgrind CLI=build/dev/entente \
	    ENTENTD_MEMCHECK=$(CURDIR)/tools/memcheck prove --exec '' \
	    $(or $(ONLY),$(wildcard test/talk/*.t) test/scenario/delivery.t)

npm: test/node_modules/.done
test/node_modules/.done: test/package-lock.json
	@cd test && npm ci --no-audit --no-fund --silent && touch node_modules/.done

# Packages come first in the recipe, and make again: what pkg-config says of
# them is read when make starts.
demo:
	@tools/packages build >&2
	@$(MAKE) --no-print-directory -j2 all >&2
	@B=$(B) demo/demo $(ARGS)

bench:
	@tools/packages bench >&2
	@$(MAKE) --no-print-directory -j2 all $(BENCH) >&2
	@B=$(B) bench/run $(ONLY)

# Not part of check: minutes of analysis, for people.
lint:
	@tools/packages check >&2
	@tools/lint

install: all
	install -D -m 755 $(B)/ententd $(DESTDIR)$(PREFIX)/sbin/ententd
	install -D -m 755 $(B)/entente $(DESTDIR)$(PREFIX)/bin/entente
	@for page in doc/man/*.[1578]; do \
	    install -D -m 644 $$page \
	    $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; done

clean:
	rm -rf build

-include $(ALLOBJ:.o=.d)
