// What C++ needs of its run-time library and of the tool chain: containers, algorithms, streams, exceptions through
// several frames and a C callback, run-time type information, virtual inheritance, constructors and destructors of
// static objects. It prints what it sees; the same source compiled for this machine must print the same.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <new>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <unordered_map>
#include <variant>
#include <vector>

namespace {

struct Announced {
    explicit Announced(const char *name) : name(name) { std::cout << "construct " << name << '\n'; }
    ~Announced() { std::cout << "destroy " << name << std::endl; }
    const char *name;
};

Announced first("first static");
Announced second("second static");
thread_local int per_thread = 41;

Announced &local_static() {
    static Announced object("local static");
    return object;
}

struct Base {
    explicit Base(int value) : value(value) {}
    virtual ~Base() = default;
    virtual std::string name() const { return "base"; }
    int value;
};
struct Left : virtual Base {
    Left() : Base(1) {}
    std::string name() const override { return "left"; }
};
struct Right : virtual Base {
    Right() : Base(2) {}
    virtual int twice() const { return 2 * value; }
};
struct Diamond : Left, Right {
    Diamond() : Base(21) {}
    std::string name() const override { return "diamond over " + Left::name(); }
};

struct Failure : std::runtime_error {
    Failure(const std::string &what, int code) : std::runtime_error(what), code(code) {}
    int code;
};

int depth_first(int depth) {
    Announced frame(depth == 2 ? "frame 2" : depth == 1 ? "frame 1" : "frame 0");
    if (depth == 0) throw Failure("from the bottom", 7);
    return depth_first(depth - 1) + 1;
}

int by_value(const void *a, const void *b) {
    int left = *static_cast<const int *>(a), right = *static_cast<const int *>(b);
    if (left == 13) throw left;
    return left - right;
}

void exceptions() {
    try {
        depth_first(2);
    } catch (const Failure &failure) {
        std::cout << "caught " << failure.what() << ' ' << failure.code << '\n';
    }
    try {
        try {
            throw std::out_of_range("inner");
        } catch (...) {
            std::throw_with_nested(Failure("outer", 1));
        }
    } catch (const std::exception &outer) {
        try {
            std::rethrow_if_nested(outer);
        } catch (const std::logic_error &inner) {
            std::cout << outer.what() << " because of " << inner.what() << '\n';
        }
    }
    std::exception_ptr kept;
    try {
        std::vector<int>().at(3);
    } catch (...) {
        kept = std::current_exception();
    }
    try {
        std::rethrow_exception(kept);
    } catch (const std::out_of_range &) {
        std::cout << "kept an out_of_range\n";
    }
    try {
        void *p = ::operator new(static_cast<std::size_t>(-1) / 2);
        ::operator delete(p);
    } catch (const std::bad_alloc &e) {
        std::cout << "no memory: " << (dynamic_cast<const std::exception *>(&e) != nullptr) << '\n';
    }
    std::vector<int> numbers = {5, 3, 9};
    std::qsort(numbers.data(), numbers.size(), sizeof(int), by_value);
    std::cout << "C callback sorted " << numbers.front() << ".." << numbers.back() << '\n';
}

void types() {
    Diamond diamond;
    Base *base = &diamond;
    std::cout << base->name() << ' ' << dynamic_cast<Right *>(base)->twice() << ' '
              << (dynamic_cast<Left *>(base) == &diamond) << ' ' << (typeid(*base) == typeid(Diamond)) << ' '
              << (dynamic_cast<Failure *>(reinterpret_cast<std::exception *>(0)) == nullptr) << '\n';
    Base plain(4);
    try {
        dynamic_cast<Diamond &>(plain).name();
    } catch (const std::bad_cast &) {
        std::cout << "bad cast of " << (typeid(plain) == typeid(Base)) << '\n';
    }
    std::variant<int, std::string> either = "text";
    std::cout << std::visit([](const auto &v) { return sizeof v > 0; }, either) << either.index() << '\n';
}

void library() {
    std::vector<std::string> words;
    std::istringstream text("the quick brown fox jumps over the lazy dog the end");
    for (std::string word; text >> word;) words.push_back(word);
    std::sort(words.begin(), words.end(), std::greater<>());
    std::map<std::string, int> counts;
    std::unordered_map<std::string, int> hashed;
    for (const std::string &word : words) counts[word]++, hashed[word]++;
    for (const auto &[word, count] : counts) std::cout << word << '=' << count << '/' << hashed[word] << ' ';
    std::cout << '\n' << words.front() << ' ' << words.back() << '\n';
    std::cout << std::setprecision(12) << std::sqrt(2.0L) << ' ' << std::hex << std::showbase << 48879 << std::dec << ' '
              << std::setw(8) << std::setfill('*') << 42 << ' ' << std::boolalpha << true << ' ' << 1e100 << '\n';
    auto shared = std::make_shared<Announced>("shared");
    std::weak_ptr<Announced> weak = shared;
    std::function<long()> uses = [copy = shared] { return copy.use_count(); };
    std::cout << "uses " << uses() << '\n';
    shared.reset();
    uses = nullptr;
    std::cout << "expired " << weak.expired() << '\n';
    std::smatch match;
    std::string line = "x = 12, y = 345";
    std::regex_search(line, match, std::regex("y = ([0-9]+)"));
    std::cout << "regex " << match[1] << ' ' << std::stod("2.5e3") << ' ' << std::to_string(-7) << '\n';
    std::string read;
    std::getline(std::cin, read);
    std::cout << "read '" << read << "' eof " << std::cin.eof() << " thread " << ++per_thread << '\n';
}

}  // namespace

int main() {
    local_static();
    std::atexit([] { std::cout << "at exit\n"; });
    library();
    types();
    exceptions();
    std::cerr << "done\n";
    return 3;
}
